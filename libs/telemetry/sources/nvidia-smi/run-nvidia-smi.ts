import { execFile } from 'node:child_process';
import { advice } from '../advice.ts';
import { CollectionError } from '../collection-error.ts';
import { failedStart } from './failures.ts';

export interface CommandOutput {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
}

// A document of eight devices has 0.2 MB; processes and supported clocks can make it several times as long.
const maxBytes = 4 * 2 ** 20;

/** Runs `nvidia-smi`, without a shell. Whatever its status, what it wrote is returned. Settles when the process is gone. */
export function runNvidiaSmi(args: readonly string[], { signal, env }: RunOptions): Promise<CommandOutput> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(tooLate());
      return;
    }
    const options = { env, maxBuffer: maxBytes, killSignal: 'SIGKILL', windowsHide: true } as const;
    const child = execFile('nvidia-smi', args, options, (error, stdout, stderr) => {
      signal.removeEventListener('abort', kill);
      if (signal.aborted) reject(tooLate());
      else if (error === null) resolve({ status: 0, stdout, stderr });
      else if (typeof error.code === 'number') resolve({ status: error.code, stdout, stderr });
      else reject(failureOf(error));
    });
    // execFile's own `signal` sends SIGTERM, which can be ignored, and then settles before the process is gone.
    const kill = (): void => {
      child.kill('SIGKILL');
      // A grandchild may hold the other ends open for ever.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    signal.addEventListener('abort', kill, { once: true });
  });
}

function tooLate(): CollectionError {
  return new CollectionError({
    result: 'timeout',
    message: 'nvidia-smi did not answer in time',
    next: advice.driverHangs,
  });
}

function failureOf(error: Error & { readonly code?: unknown; readonly signal?: unknown }): CollectionError {
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    const message = `nvidia-smi answered with more than ${maxBytes / 2 ** 20} MiB`;
    return new CollectionError({ result: 'parse', message, next: 'Look at what nvidia-smi -q -x prints.' }, error);
  }
  if (typeof error.signal === 'string') {
    const message = `nvidia-smi was ended by ${error.signal}`;
    const next = 'Look in dmesg on the host for what ended it, such as the out-of-memory killer.';
    return new CollectionError({ result: 'exit', message, next }, error);
  }
  return failedStart(String(error.code), error);
}
