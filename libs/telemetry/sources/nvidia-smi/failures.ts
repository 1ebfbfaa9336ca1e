import { advice } from '../advice.ts';
import { CollectionError } from '../collection-error.ts';
import type { CommandOutput } from './run-nvidia-smi.ts';

/** Why nvidia-smi could not be started, by the system's error code. */
export function failedStart(code: string, cause?: unknown): CollectionError {
  switch (code) {
    case 'ENOENT':
      return notHere('there is no nvidia-smi on the PATH', cause);
    case 'EACCES':
      return notAllowed('the nvidia-smi on the PATH may not be executed', cause);
    default:
      return new CollectionError(
        { result: 'spawn', message: `nvidia-smi could not be started (${code})`, next: byHand },
        cause,
      );
  }
}

/**
 * What is wrong with an answer; undefined when its document can be used. Statuses are those of nvidia-smi's manual; 14 says
 * that the device's own records (infoROM) are damaged, and comes after a complete document.
 */
export function failedStatus(output: CommandOutput): CollectionError | undefined {
  const said = ownWords(output);
  if (said.startsWith('No devices were found')) return noDevice(said);
  const ended = `nvidia-smi ended with status ${output.status}${said === '' ? '' : `: ${said}`}`;
  switch (output.status) {
    case 0:
    case 14:
      return undefined;
    case 126:
      return notAllowed(ended);
    case 127:
      return notHere(ended);
    default: {
      return new CollectionError({ result: 'exit', message: ended, next: nextAfter[output.status] ?? byHand });
    }
  }
}

export function noDevice(said = 'nvidia-smi shows no GPU'): CollectionError {
  return new CollectionError({ result: 'empty', message: said, next: advice.giveGpu });
}

const byHand = 'See what nvidia-smi -q -x says by hand, in the same container.';

const nextAfter: Readonly<Record<number, string>> = {
  2: 'Update the driver: its nvidia-smi does not know -q -x.',
  4: advice.givePermission,
  9: advice.loadDriver,
  12: advice.giveGpu,
  15: advice.replaceGpu,
  18: advice.matchDriver,
  255: advice.remakeContainer,
};

function notHere(message: string, cause?: unknown): CollectionError {
  return new CollectionError({ result: 'spawn', message, next: advice.giveGpu, absent: true }, cause);
}

function notAllowed(message: string, cause?: unknown): CollectionError {
  return new CollectionError({ result: 'spawn', message, next: 'Make nvidia-smi executable for this user.' }, cause);
}

const maxWords = 200;

/** Its first line that is not a document; the driver's complaints come on stdout, those of the shell on stderr. */
function ownWords({ stdout, stderr }: CommandOutput): string {
  const text = [stdout, stderr].map((each) => each.trim()).find((each) => each !== '' && !each.startsWith('<')) ?? '';
  const [line = ''] = text.split('\n');
  return line.trim().slice(0, maxWords).replace(/\.$/, '');
}
