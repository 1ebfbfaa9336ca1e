import { describe, expect, it } from 'vitest';
import { ClosedLoop } from './closed-loop.ts';
import { drawFamily } from './family-draw.ts';
import { FixedLimiter } from './fixed-limiter.ts';
import { gibibyte } from './jobs.ts';
import { familyScenario } from './random-family.ts';
import { Random } from './random.ts';

const draws = Array.from({ length: 2000 }, (_, index) => drawFamily(1, index));
const scenarios = Array.from({ length: 40 }, (_, index) => familyScenario(1, index));

function share(has: (draw: (typeof draws)[number]) => boolean): number {
  return draws.filter(has).length / draws.length;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

describe('drawFamily', () => {
  it('gives the same scenario for the same seed and index, others for others', () => {
    expect(drawFamily(1, 5)).toEqual(draws[5]);
    expect(new Set([...draws, ...[2, 3].map((seed) => drawFamily(seed, 5))].map(({ sigma }) => sigma)).size).toBe(2002);
  });

  it('draws each kind as often as it says', () => {
    expect(share(({ kappa }) => kappa === 0)).toBeCloseTo(0.4, 1);
    expect(share(({ fixedDeadline }) => fixedDeadline)).toBeCloseTo(0.4, 1);
    expect(share(({ drift }) => drift)).toBeCloseTo(0.3, 1);
    expect(share(({ openLoop }) => openLoop)).toBeCloseTo(0.35, 1);
  });

  it('draws sizes evenly over their logarithms, all else evenly', () => {
    expect(Math.abs(median(draws.map(({ work }) => work)) / Math.sqrt(0.4 * 15) - 1)).toBeLessThan(0.1);
    expect(Math.abs(median(draws.map(({ capacityInJobs }) => capacityInJobs)) / Math.sqrt(3 * 90) - 1)).toBeLessThan(
      0.1,
    );
    expect(median(draws.map(({ deadlineFactor }) => deadlineFactor))).toBeCloseTo(3.25, 0);
    const capacities = draws.map(({ capacityInJobs }) => capacityInJobs);
    expect(Math.min(...capacities)).toBeGreaterThanOrEqual(3);
    expect(Math.max(...capacities)).toBeLessThanOrEqual(90);
  });
});

describe('familyScenario', () => {
  it('runs between ten minutes and an hour, in whole seconds', () => {
    for (const { duration } of scenarios) {
      expect(duration % 1000).toBe(0);
      expect(duration).toBeGreaterThanOrEqual(600_000);
      expect(duration).toBeLessThanOrEqual(3_600_000);
    }
  });

  it('has memory for the jobs that were drawn, each of about one gibibyte', () => {
    const random = new Random(1);
    const means = scenarios.map(({ jobs }) => {
      const drawn = Array.from({ length: 500 }, () => jobs(random, 0).memoryEnd / gibibyte);
      return drawn.reduce((sum, each) => sum + each, 0) / drawn.length;
    });
    for (const mean of means) expect(mean).toBeCloseTo(1, 0);
    for (const [index, { plant }] of scenarios.entries()) {
      expect((plant.capacity - plant.base) / gibibyte).toBeCloseTo(draws[index]!.capacityInJobs, 9);
    }
  });

  it('slows down in the middle where it drifts, and there alone has phases', () => {
    for (const [index, { plant, phases, duration }] of scenarios.entries()) {
      expect(phases !== undefined).toBe(draws[index]!.drift);
      expect([0, 0.5, 0.9].map((at) => plant.speed?.(at * duration) ?? 1)).toEqual(
        draws[index]!.drift ? [1, 0.6, 1] : [1, 1, 1],
      );
    }
  });

  it('brings jobs by themselves where the loop is open, and nowhere else', () => {
    for (const [index, { arrivals }] of scenarios.entries()) {
      expect(arrivals !== undefined).toBe(draws[index]!.openLoop);
    }
  });

  it('can be served: nearly every one has a limit that brings jobs in time', () => {
    const best = scenarios.slice(0, 20).map((scenario) =>
      Math.max(
        ...[3, 12].map((limit) => {
          const loop = new ClosedLoop({ scenario, seed: 1 }, () => new FixedLimiter(limit));
          loop.runUntil(scenario.duration);
          return loop.tally.onTime;
        }),
      ),
    );
    expect(best.filter((onTime) => onTime >= 20).length).toBeGreaterThanOrEqual(18);
  });
});
