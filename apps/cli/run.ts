import { FlyballError } from '#libs/core';
import { SettingsError } from '#libs/config';
import { doctor } from './doctor.ts';
import { replay } from './replay.ts';
import { start } from './start.ts';
import { version } from '../standalone/version.ts';

const usage = `flyball: the GPU worker that finds its own concurrency and says why

  flyball start HANDLER [ARGS]   run a handler: FILE.mjs, FILE.ts, FILE.py or http://…
  flyball doctor [HANDLER]       say what is set, what was found and what would not work
  flyball replay LOG [MODULE]    recompute every decision of a decision log; MODULE is a strategy of your own
  flyball demo                   a simulated GPU, a load, and the limit finding its place

Settings are environment variables; \`flyball doctor\` prints them all.`;

/** One command of the command line. Answers with the exit status: 2 for what the user can correct, 1 for what failed. */
export async function run(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  const asksForHelp = rest[0] === '--help' || rest[0] === '-h';
  try {
    return await dispatch(asksForHelp ? 'help' : command, rest);
  } catch (error) {
    // An error with a code says what to do; anything else is a defect, and its stack is what we want to be told.
    console.error(error instanceof FlyballError ? error.message : error);
    return error instanceof SettingsError ? 2 : 1;
  }
}

async function dispatch(command: string | undefined, args: readonly string[]): Promise<number> {
  switch (command) {
    case 'start':
      return start(args);
    case 'doctor':
      return doctor(args);
    case 'replay':
      return replay(args);
    case 'demo': {
      const { demo } = await import('./demo/index.ts');
      return demo();
    }
    case 'version':
    case '--version':
      console.log(version);
      return 0;
    case 'help':
    case '--help':
    case '-h':
    case undefined:
      console.log(usage);
      return 0;
    default:
      console.error(`[UNKNOWN_COMMAND] "${command}" is no command.\n\n${usage}`);
      return 2;
  }
}
