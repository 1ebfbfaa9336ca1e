import { afterEach, describe, expect, it } from 'vitest';
import { makeFakeNvidiaSmi, type FakeNvidiaSmi } from '../doubles/fake-nvidia-smi.ts';
import { hangRun, type HangRun } from './hang-run.ts';

let smi: FakeNvidiaSmi;
afterEach(async () => {
  await smi.close();
});

describe.skipIf(process.platform !== 'linux')('a driver that hangs', () => {
  // The long form, five minutes with figures, is `npm run bench:hang`.
  it('costs the worker nothing but readings, and leaves nothing behind', { timeout: 90_000 }, async () => {
    // Not before the memory guard has learnt what jobs take: until then it lets two run at once.
    smi = await makeFakeNvidiaSmi({ play: 'ok*9,hang-hard' });
    const run: HangRun = {
      seconds: 20,
      environment: {
        CONCURRENCY_STRATEGY: 'threshold',
        CONCURRENCY_THRESHOLD_SIGNAL: 'gpu-memory',
        CONCURRENCY_INITIAL: '4',
        CONCURRENCY_MAX: '4',
        PATH: `${smi.path}:${process.env['PATH'] ?? ''}`,
        TELEMETRY_GPU: 'nvidia-smi',
      },
    };
    // At the same time, so that whatever else the machine does happens to both.
    const [hung, sane] = await Promise.all([
      hangRun(run),
      hangRun({ ...run, environment: { ...run.environment, TELEMETRY_GPU: 'none' } }),
    ]);
    // Four at a time, 50 ms each, at most 80 a second. Two workers share the CPU unevenly: the figure is the bench's.
    expect(hung.jobsPerSecond / sane.jobsPerSecond).toBeGreaterThan(0.7);
    expect(hung.processes.left).toBe(0);
    // Worker, probe, nvidia-smi and what its shell is; one probe at a time.
    expect(hung.processes.most).toBeLessThanOrEqual(4);
    expect(Math.max(...smi.calls().map(({ others }) => others))).toBe(0);
    expect(hung.metrics).toMatch(/flyball_telemetry_collections_total\{source="nvidia-smi",result="timeout"\} [1-9]/);
    expect(hung.metrics).toContain('flyball_telemetry_up{source="host"} 1');
    const reasons = hung.records.map(({ reason }) => reason);
    expect(reasons).toContain('signal-stale');
    expect(hung.records.at(-1)?.observation.missing).toContainEqual(
      expect.objectContaining({ name: 'gpu.memory.used', why: 'stale' }),
    );
    const limits = new Set(hung.records.slice(reasons.indexOf('signal-stale')).map(({ limit }) => limit.after));
    expect([...limits]).toEqual([4]);
  });
});
