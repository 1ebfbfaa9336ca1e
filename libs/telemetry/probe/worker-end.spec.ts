import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { isRunning, type Behaviours } from '../../../test/fixtures/probe/fake-system.ts';

const entry = fileURLToPath(new URL('../../../test/fixtures/probe/worker.ts', import.meta.url));
const commandOnly: Behaviours = { 'nvidia-smi': 'stubborn-command' };
const commandAndHang: Behaviours = { ...commandOnly, nvml: 'hang-sync' };

describe.skipIf(process.platform !== 'linux')('the end of the worker', () => {
  it.concurrent.each([
    ['kill -9', commandOnly],
    ['kill -9 while a call blocks the probe', commandAndHang],
  ])('leaves no probe and no command of its behind: %s', async (_how, behaviours) => {
    const { child, pidOf } = startWorker(behaviours, 'stay');
    const started = [await pidOf('probe'), await pidOf('command')];
    onTestFinished(() => endAll(started));
    const ranBefore = started.map(isRunning);
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(started.filter(isRunning)).toEqual([]), { timeout: 5000, interval: 20 });
    expect(ranBefore).toEqual([true, true]);
  });

  it.concurrent.each([
    ['process.exit', 'exit', commandAndHang],
    ['nothing left to do, which a probe does not hold up', 'end', commandOnly],
  ] as const)('takes the probe with it: %s', async (_how, what, behaviours) => {
    const { child, pidOf } = startWorker(behaviours, what);
    const exit = once(child, 'exit');
    const probe = await pidOf('probe');
    onTestFinished(() => endAll([probe]));
    await exit;
    await vi.waitFor(() => expect(isRunning(probe)).toBe(false), { timeout: 5000, interval: 20 });
  });
});

function startWorker(behaviours: Behaviours, what: string) {
  const args = ['--conditions=flyball-source', entry, JSON.stringify(behaviours), what];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let printed = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  const pidOf = async (who: string): Promise<number> =>
    vi.waitUntil(() => Number(new RegExp(`${who} (\\d+)`).exec(printed)?.[1] ?? 0), { timeout: 10_000, interval: 5 });
  return { child, pidOf };
}

function endAll(pids: readonly number[]): void {
  for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL');
}
