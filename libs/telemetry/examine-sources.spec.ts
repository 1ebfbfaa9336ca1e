import { afterEach, expect, it, onTestFinished } from 'vitest';
import { makeFakeNvidiaSmi } from '../../test/doubles/fake-nvidia-smi.ts';
import { fakeSystem, isRunning, type Behaviours, type FakeSystem } from '../../test/fixtures/probe/fake-system.ts';
import { examineSources, type Examined, type ExamineOptions } from './examine-sources.ts';
import type { ProbeSystem, ProbeTimes } from './probe/probe-system.ts';

const strays: number[] = [];
afterEach(() => {
  for (const pid of strays.splice(0)) killNow(pid);
});

interface Situation extends Partial<ExamineOptions> {
  readonly behaviours?: Behaviours;
  readonly times?: number;
  readonly probeTimes?: Partial<ProbeTimes>;
  readonly change?: (system: FakeSystem) => Partial<ProbeSystem>;
}

/** What was found of the host, or of the one source named. */
async function examined(gpu: string, situation: Situation = {}): Promise<Examined | undefined> {
  const { behaviours = {}, probeTimes, change, ...options } = situation;
  const system = fakeSystem([behaviours], probeTimes);
  const found: Examined[] = [];
  const sources = examineSources({
    telemetry: { gpu: [gpu], shared: false, interval: 1000 },
    environment: {},
    times: 2,
    pauseMs: 0,
    system: { ...system, ...change?.(system) },
    ...options,
  });
  for await (const each of sources) found.push(each);
  strays.push(...system.pids);
  return found.at(-1);
}

it.skipIf(process.platform !== 'linux')(
  'reads as often as it is told, each source in a process of its own that is gone afterwards',
  async () => {
    let pids: readonly number[] = [];
    const found = await examined('nvidia-smi', { times: 3, change: (system) => ((pids = system.pids), {}) });
    expect(found).toMatchObject({ source: 'nvidia-smi', rejected: [], sample: { missing: [] } });
    expect(found?.latencies).toHaveLength(3);
    expect(pids.map(isRunning)).toEqual([false, false]);
  },
);

it('looks for its sources where the environment says', async () => {
  const smi = await makeFakeNvidiaSmi({ set: { 'utilization.gpu_util': '63 %' } });
  onTestFinished(() => smi.close());
  const telemetry = { gpu: ['nvidia-smi'], shared: false, interval: 1000 };
  const found: Examined[] = [];
  const sources = examineSources({ telemetry, environment: { PATH: smi.path }, times: 1, pauseMs: 0 });
  for await (const each of sources) found.push(each);
  expect(found.at(-1)?.sample?.readings).toContainEqual(
    expect.objectContaining({ name: 'gpu.utilization', value: 0.63 }),
  );
});

it('ends at the first read that fails, and says after how many that answered', async () => {
  const found = await examined('nvidia-smi', { behaviours: { 'nvidia-smi': 'ok,refuse' }, times: 5 });
  expect(found).toMatchObject({
    failure: { result: 'empty', next: 'Plug one in.' },
    failedAfterMs: expect.any(Number),
  });
  expect(found?.latencies).toHaveLength(1);
});

it('tells how the process ended that died between two reads', async () => {
  const found = await examined('none', {
    pauseMs: 300,
    change: (system) => ({
      // Killed when the first read has long been answered.
      start: () => {
        const child = system.start();
        child.stdio[3]?.once('data', () => setTimeout(() => child.kill('SIGKILL'), 20));
        return child;
      },
    }),
  });
  expect(found?.failure).toMatchObject({
    result: 'exit',
    message: 'the process that reads it is gone: it was killed by SIGKILL',
    next: expect.stringContaining('out-of-memory'),
  });
});

it('names the process that nothing ends', async () => {
  let pids: readonly number[] = [];
  const found = await examined('nvml', {
    behaviours: { nvml: 'hang-sync' },
    probeTimes: { firstRead: 100, read: 100, term: 20, kill: 20 },
    change: (system) => ((pids = system.pids), { kill: () => undefined }),
  });
  expect(found).toMatchObject({ failure: { result: 'timeout' }, leftBehind: pids.at(-1) });
});

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
