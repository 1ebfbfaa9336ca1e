import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, it, vi } from 'vitest';
import { isRunning, type Behaviours } from '../../../test/fixtures/probe/fake-system.ts';

const entry = fileURLToPath(new URL('../../../test/fixtures/probe/worker.ts', import.meta.url));
const commandOnly: Behaviours = { 'nvidia-smi': 'stubborn-command' };
const commandAndHang: Behaviours = { ...commandOnly, nvml: 'hang-sync' };

describe.skipIf(process.platform !== 'linux')('the end of the worker', () => {
  it.concurrent.for([
    ['kill -9', commandOnly],
    ['kill -9 while a call blocks the probe', commandAndHang],
  ] as const)(
    'leaves no probe and no command of its behind: %s',
    async ([, behaviours], { expect, onTestFinished }) => {
      const worker = startWorker(behaviours, 'stay');
      onTestFinished(worker.clear);
      const started = [await worker.pidOf('probe'), await worker.pidOf('command')];
      const ranBefore = started.map(isRunning);
      worker.child.kill('SIGKILL');
      await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), { timeout: 10_000, interval: 20 });
      expect(ranBefore).toEqual([true, true]);
    },
  );

  it.concurrent.for([
    ['process.exit', 'exit', commandAndHang],
    ['nothing left to do, which a probe does not hold up', 'end', commandOnly],
  ] as const)('takes the probe with it: %s', async ([, what, behaviours], { expect, onTestFinished }) => {
    const worker = startWorker(behaviours, what);
    onTestFinished(worker.clear);
    const exit = once(worker.child, 'exit');
    const probe = await worker.pidOf('probe');
    await exit;
    await vi.waitFor(() => expect(isRunning(probe)).toBe(false), { timeout: 10_000, interval: 20 });
  });
});

function startWorker(behaviours: Behaviours, what: string) {
  const args = ['--conditions=flyball-source', entry, JSON.stringify(behaviours), what];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const printedPid = (who: string): number => Number(new RegExp(`${who} (\\d+)`).exec(printed)?.[1] ?? 0);
  return {
    child,
    pidOf: async (who: string): Promise<number> =>
      vi.waitUntil(() => printedPid(who), { timeout: 20_000, interval: 5 }),
    /** For a test that fails: nothing of it stays. */
    clear: (): void => {
      child.kill('SIGKILL');
      for (const pid of [printedPid('probe'), printedPid('command')]) {
        if (pid !== 0 && isRunning(pid)) process.kill(pid, 'SIGKILL');
      }
    },
  };
}
