import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { probeEnv } from './probe-env.ts';
import { groupAlive } from './process-group.ts';

/** What the supervisor asks of the machine. */
export interface ProbeSystem {
  /** Starts the process: leader of a group of its own, stderr and descriptor 3 piped. May throw. */
  readonly start: () => ChildProcess;
  /** Signals a process group; one that is gone is no error. */
  readonly kill: (group: number, signal: NodeJS.Signals) => void;
  readonly groupAlive: (group: number) => boolean;
  /** ms, monotonic */
  readonly now: () => number;
  /** 0..1 */
  readonly random: () => number;
  /** Calls back once unless it is called off by what it returns, and keeps no process alive. */
  readonly after: (ms: number, run: () => void) => () => void;
  readonly times: ProbeTimes;
}

/** ms */
export interface ProbeTimes {
  /** For the first read of each source in each process: a driver without persistence mode takes 5 to 10 s. */
  readonly firstRead: number;
  /** For every other read, unless two intervals are longer. */
  readonly read: number;
  /** From SIGTERM to SIGKILL, and from there to giving the process up. */
  readonly term: number;
  readonly kill: number;
  /** Between two looks whether a group is gone: while it is being ended, and after it was given up. */
  readonly poll: number;
  readonly reap: number;
  readonly firstBackOff: number;
  readonly longestBackOff: number;
  /** A process that lived so long was a good start: its end counts as the first. */
  readonly healthy: number;
}

const fromSource = import.meta.url.endsWith('.ts');
const mainEntry = fileURLToPath(new URL(fromSource ? './main.ts' : './main.js', import.meta.url));

export const probeSystem: ProbeSystem = {
  start: () => startProbe(mainEntry),
  kill: killGroup,
  groupAlive,
  now: () => performance.now(),
  random: () => Math.random(),
  after: (ms, run) => {
    const timer = setTimeout(run, ms).unref();
    return () => clearTimeout(timer);
  },
  times: {
    firstRead: 15_000,
    read: 2000,
    term: 1000,
    kill: 2000,
    poll: 100,
    reap: 5000,
    firstBackOff: 1000,
    longestBackOff: 60_000,
    healthy: 60_000,
  },
};

/** The same with another environment for the process than ours. */
export function probeSystemIn(environment: NodeJS.ProcessEnv): ProbeSystem {
  return { ...probeSystem, start: () => startProbe(mainEntry, [], environment) };
}

/**
 * Not `fork`: a line on Node's own channel that is no JSON throws in the parent, out of reach of any catch, and its length has
 * no bound. A pipe of ours can be read with both in mind.
 */
export function startProbe(entry: string, args: readonly string[] = [], environment = process.env): ChildProcess {
  const nodeOptions = ['--max-old-space-size=64', ...(fromSource ? ['--conditions=flyball-source'] : [])];
  return spawn(process.execPath, [...nodeOptions, entry, ...args], {
    env: probeEnv(environment),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  });
}

function killGroup(group: number, signal: NodeJS.Signals): void {
  try {
    // Windows has no groups.
    process.kill(process.platform === 'win32' ? group : -group, signal);
  } catch {
    // Gone already.
  }
}
