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
        CONCURRENCY_INITIAL: '30',
      },
      // (20 + 2n)/80 full: 80 to 92 % is 22 to 26 jobs.
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
    for (const { limit } of records.slice(-5)) {
      expect(limit.gate).toBeGreaterThanOrEqual(22);
      expect(limit.gate).toBeLessThanOrEqual(26);
    }
  });

  it('comes up to its utilisation band', async ({ expect }) => {
    const records = await runSteered({
      environment: { CONCURRENCY_STRATEGY: 'threshold', CONCURRENCY_THRESHOLD_SIGNAL: 'gpu-utilization' },
      // 1 − 0.7ⁿ: 70 to 90 % is 4 to 6 jobs.
      plant: { soloUtilization: 0.3, memoryGiB: 0.2, seed: 1 },
      seconds: 60,
    });
    for (const { limit } of records.slice(-10)) {
      expect(limit.gate).toBeGreaterThanOrEqual(3);
      expect(limit.gate).toBeLessThanOrEqual(7);
    }
    expectSourced(records);
  });
});

/** Every device reading of the later periods says where it comes from and how old it is. */
function expectSourced(records: readonly DecisionRecord[]): void {
  for (const { observation } of records.slice(10)) {
    const device = observation.readings.filter(({ name }) => name.startsWith('gpu.'));
    expect(device).toHaveLength(3);
    for (const { source, age } of device) {
      expect(source).toBe('nvidia-smi');
      expect(age).toBeGreaterThan(0);
      expect(age).toBeLessThanOrEqual(3000);
    }
  }
}
