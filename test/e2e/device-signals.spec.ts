import { describe, expect, it } from 'vitest';
import type { DecisionRecord } from '#libs/core';
import { runSteered } from './steered-worker.ts';

// The long form, all signals and both laws from below and above, is `npm run bench:device`.
describe.concurrent('a worker that sees its device through nvidia-smi', { timeout: 120_000 }, () => {
  it('comes down to its memory band, holds while the sensor is silent, and goes on when it is back', async ({
    expect,
  }) => {
    const silent = [30, 48] as const;
    const records = await runSteered({
      environment: {
        CONCURRENCY_STRATEGY: 'threshold',
        CONCURRENCY_THRESHOLD_SIGNAL: 'gpu-memory',
        // Below what the memory guard leaves by itself, which is 20 jobs or so.
        CONCURRENCY_THRESHOLD_LO: '0.4',
        CONCURRENCY_THRESHOLD_HI: '0.56',
        CONCURRENCY_INITIAL: '16',
      },
      // (20 + 2n)/80 full: 40 to 56 % is 6 to 12 jobs.
      plant: { soloUtilization: 0.97, memoryGiB: 2, seed: 1 },
      seconds: 75,
      silent,
    });
    const from = records.findIndex(({ reason }) => reason === 'signal-stale');
    const back = records.findLastIndex(({ reason }) => reason === 'signal-stale') + 1;
    expect(from).toBeGreaterThan(silent[0] - 3);
    const dark = records.slice(from, back);
    expect(new Set(dark.map(({ limit }) => limit.gate)).size).toBe(1);
    expect(dark.length).toBeGreaterThan(10);
    expect(dark[5]?.observation.missing).toContainEqual(
      expect.objectContaining({ name: 'gpu.memory.used', why: 'stale' }),
    );
    expect(records.slice(back).map(({ reason }) => reason)).not.toContain('blind');
    expect(settledAt(records)).toBeGreaterThanOrEqual(6);
    expect(settledAt(records)).toBeLessThanOrEqual(12);
  });

  it('comes up to its utilisation band', async ({ expect }) => {
    const records = await runSteered({
      environment: { CONCURRENCY_STRATEGY: 'threshold', CONCURRENCY_THRESHOLD_SIGNAL: 'gpu-utilization' },
      // 1 − 0.7ⁿ: 70 to 90 % is 4 to 6 jobs.
      plant: { soloUtilization: 0.3, memoryGiB: 0.2, seed: 1 },
      seconds: 60,
    });
    expect(settledAt(records)).toBeGreaterThanOrEqual(3);
    expect(settledAt(records)).toBeLessThanOrEqual(7);
    expectSourced(records);
  });
});

/** The median of the last ten limits: one period out of step is not where it stands. */
function settledAt(records: readonly DecisionRecord[]): number | undefined {
  return medianOf(records.slice(-10).map(({ limit }) => limit.gate));
}

/** Every device reading of the later periods says where it comes from and how old it is. */
function expectSourced(records: readonly DecisionRecord[]): void {
  const periods = records
    .slice(10)
    .map(({ observation }) => observation.readings.filter(({ name }) => name.startsWith('gpu.')));
  // On a busy machine a period may have none: they were too old.
  expect(medianOf(periods.map((device) => device.length))).toBe(3);
  for (const { source, age } of periods.flat()) {
    expect(source).toBe('nvidia-smi');
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThanOrEqual(3000);
  }
}

function medianOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
