import { FlyballError } from '#libs/core';
import { SettingsError } from '#libs/config';
import { BadArgument } from './controller-client.ts';
import { doctor } from './doctor.ts';
import { explain } from './explain.ts';
import { freeze } from './freeze.ts';
import { override } from './override.ts';
import { replay } from './replay.ts';
import { resume } from './resume.ts';
import { simulate } from './simulate.ts';
import { gateway } from './gateway.ts';
import { start, worker } from './start.ts';
import { version } from '../standalone/version.ts';
import { workerEnv } from './worker-env.ts';

const usage = `flyball: the GPU worker that finds its own concurrency and says why

  flyball start HANDLER [ARGS]   run a handler: FILE.mjs, FILE.ts, FILE.py or http://…
  flyball worker HANDLER [ARGS]  the worker alone, on a queue in Redis or at RunPod that others fill
  flyball gateway                the endpoint alone; workers elsewhere run its jobs
  flyball worker-env             what RunPod's own Python SDK needs to work for this endpoint: --url, --name
  flyball doctor [HANDLER]       say what is set, what was found and what would not work
  flyball explain                why the limit is what it is, or was: --at 14:03 (of this machine's clock),
                                 --at 2026-09-21T14:03:20Z, --at 5m (ago), --log FILE, --json
  flyball override LIMIT         set a running worker's limit for a while: --for 10m --reason "…"
  flyball freeze                 keep a running worker's limit: --reason "…" [--for 10m]
  flyball resume                 end an override or a freeze
  flyball replay LOG [MODULE]    recompute every decision of a decision log; MODULE is a strategy of your own
                                 --strategy NAME: what another would have asked for
  flyball simulate               a strategy against a simulated device: --strategy NAME --scenario NAME
                                 or --trace FILE of arrivals; also --seed N, --for 10m, --log FILE, --json
  flyball demo                   a simulated GPU, a load, and the limit finding its place

explain, override, freeze and resume take --url (http://127.0.0.1:$PORT by default) and --key (or FLYBALL_KEY).
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
    return error instanceof SettingsError || error instanceof BadArgument ? 2 : 1;
  }
}

async function dispatch(command: string | undefined, args: readonly string[]): Promise<number> {
  switch (command) {
    case 'start':
      return start(args);
    case 'worker':
      return worker(args);
    case 'gateway':
      return gateway(args);
    case 'worker-env':
      return workerEnv(args);
    case 'doctor':
      return doctor(args);
    case 'explain':
      return explain(args);
    case 'override':
      return override(args);
    case 'freeze':
      return freeze(args);
    case 'resume':
      return resume(args);
    case 'replay':
      return replay(args);
    case 'simulate':
      return simulate(args);
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
