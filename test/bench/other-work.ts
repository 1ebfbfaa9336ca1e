import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Cores that other programs took between the call and the call of what it returns: total busy time less that of this
 * process and of those named. `undefined` where there is no /proc to tell.
 */
export function watchOtherWork(pids: readonly number[]): () => number | undefined {
  const [started, busyBefore, ownBefore] = [performance.now(), busyMs(), ownMs(pids)];
  return () => {
    const own = ownMs(pids);
    if (own === undefined || ownBefore === undefined) return undefined;
    return Math.max(0, busyMs() - busyBefore - (own - ownBefore)) / (performance.now() - started);
  };
}

/** Waits until other programs take less than a fifth of a core over two seconds, but no longer than `patienceMs`. */
export async function waitForQuiet(patienceMs: number): Promise<void> {
  const deadline = performance.now() + patienceMs;
  while (performance.now() < deadline) {
    const others = watchOtherWork([]);
    await sleep(2000);
    if ((others() ?? 0) < 0.2) return;
  }
}

/** Of all cores together. */
function busyMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

function ownMs(pids: readonly number[]): number | undefined {
  const { user, system } = process.cpuUsage();
  let sum = (user + system) / 1000;
  for (const pid of pids) {
    const ticks = cpuTicks(pid);
    if (ticks === undefined) return undefined;
    sum += ticks * 10;
  }
  return sum;
}

/** User and system time of a process and its threads in ticks of 10 ms. */
function cpuTicks(pid: number): number | undefined {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return undefined;
  }
}
