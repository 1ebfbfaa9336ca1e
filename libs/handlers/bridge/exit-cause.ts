import type { HandlerState } from '../contract.ts';
import { tellsOutOfMemory } from '../out-of-memory.ts';

export type DownCause = Extract<HandlerState, { state: 'down' }>['cause'];

/** How a process ended, as seen from outside. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** It could not be started. */
  readonly error?: Error;
  /** The last lines of its stderr. */
  readonly lastLines: readonly string[];
  /** By how much the cgroup's count of memory kills rose during its life. */
  readonly oomKills: number;
}

export interface Death {
  readonly cause: DownCause;
  /** In words, for the log and for the clients whose jobs were lost. */
  readonly detail: string;
}

/** A kill by the kernel for memory, V8's or a framework's last words about memory, or a plain exit. */
export function deathOf(exit: ProcessExit): Death {
  if (exit.error !== undefined) return { cause: 'exit', detail: `could not be started: ${exit.error.message}` };
  const killed = exit.signal === 'SIGKILL' || exit.code === 137;
  if (killed && exit.oomKills > 0) return { cause: 'out-of-memory', detail: 'was killed by the system: out of memory' };
  if (exit.lastLines.some((line) => line.includes('JavaScript heap out of memory'))) {
    return { cause: 'out-of-memory', detail: 'ended: JavaScript heap out of memory' };
  }
  const last = exit.lastLines.findLast((line) => line.trim() !== '');
  const how = exit.signal === null ? `exited with code ${exit.code}` : `was killed by ${exit.signal}`;
  if (last === undefined) return { cause: 'exit', detail: how };
  const cause = tellsOutOfMemory(last) ? 'out-of-memory' : 'exit';
  return { cause, detail: `${how}; its last line: ${last.slice(0, 500)}` };
}
