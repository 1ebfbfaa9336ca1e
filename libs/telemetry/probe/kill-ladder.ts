import type { ProbeProcess } from './probe-process.ts';
import type { ProbeSystem } from './probe-system.ts';
import { wait, waitUntil } from './wait.ts';

/**
 * Ends a process and its group: SIGTERM, time to reap its children, SIGKILL. Answers false for one that even that does not
 * end: it hangs in the kernel.
 */
export async function endGroup(process: ProbeProcess, system: ProbeSystem): Promise<boolean> {
  const { term, kill } = system.times;
  if (isGone(process, system)) return true;
  // Without a leader nobody is left to ask.
  if (!process.hasExited && (await endedBy('SIGTERM', term, process, system))) return true;
  return endedBy('SIGKILL', kill, process, system);
}

/** Exited, and nothing of its group runs. Its pipes are not waited for: whoever left the group may hold them for ever. */
export function isGone(process: ProbeProcess, system: Pick<ProbeSystem, 'groupAlive'>): boolean {
  return process.hasExited && (process.pid === undefined || !system.groupAlive(process.pid));
}

async function endedBy(
  signal: 'SIGTERM' | 'SIGKILL',
  ms: number,
  process: ProbeProcess,
  system: ProbeSystem,
): Promise<boolean> {
  const until = system.now() + ms;
  if (process.pid !== undefined) system.kill(process.pid, signal);
  await waitUntil(process.exited, ms, system);
  while (!isGone(process, system)) {
    if (system.now() >= until) return false;
    await wait(system.times.poll, system);
  }
  return true;
}
