import { FlyballError } from '#libs/core';
import { SettingsError } from '#libs/config';
import { doctor } from './doctor.ts';
import { replay } from './replay.ts';
import { start } from './start.ts';

const usage = `flyball: the GPU worker that finds its own concurrency and says why

  flyball start HANDLER [ARGS]   run a handler: FILE.mjs, FILE.ts, FILE.py or http://…
  flyball doctor [HANDLER]       say what is set, what was found and what would not work
  flyball replay LOG             recompute every decision of a decision log
  flyball demo                   a simulated GPU, a load, and the limit finding its place

Settings are environment variables; \`flyball doctor\` prints them all.`;

/** One command of the command line. Sets the exit status: 2 for what the user can correct, 1 for what failed. */
export async function run(args: readonly string[]): Promise<void> {
  const [command, ...rest] = args;
  try {
    process.exitCode = await dispatch(command, rest);
  } catch (error) {
    process.exitCode = error instanceof SettingsError ? 2 : 1;
    // An error with a code says what to do; anything else is a defect, and its stack is what we want to be told.
    console.error(error instanceof FlyballError ? error.message : error);
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
