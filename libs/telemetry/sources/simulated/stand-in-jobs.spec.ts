import { Plant, Random, watchedScenarios, type Scenario } from '#libs/simulation';
import { describe, expect, it } from 'vitest';
import { StandInJobs } from './stand-in-jobs.ts';

const gibibyte = 2 ** 30;

/** A device with jobs that stand in, and the hand that says how many attempts run from `t` on. */
function setUp(scenario: Scenario) {
  const plant = new Plant({ ...scenario.plant, outOfMemory: 'job' }, new Random(1));
  const clock = { now: 0 };
  let count = 0;
  let tell = (): void => undefined;
  const attempts = { running: () => count, onChange: (changed: () => void) => void (tell = changed) };
  const jobs = new StandInJobs(plant, scenario, { attempts, now: () => clock.now });
  const run = (running: number, t: number, told = true): void => {
    clock.now = t;
    count = running;
    if (told) tell();
  };
  return { plant, jobs, run };
}

/** Memory in GiB after so many attempts ran for a while, one count after the other. */
function memoryAfter(scenario: Scenario, counts: readonly number[]): readonly number[] {
  const { plant, jobs, run } = setUp(scenario);
  return counts.map((count, index) => {
    const t = 1000 * (index + 1);
    run(count, t, false);
    jobs.match(t);
    return plant.memoryUsed / gibibyte;
  });
}

describe('StandInJobs', () => {
  it('keeps as many jobs on the device as there are attempts', () => {
    const [three, five, none] = memoryAfter(watchedScenarios['memory-cliff'], [3, 5, 0]);
    expect(three).toBeCloseTo(20 + 3 * 6, 6);
    expect(five).toBeCloseTo(20 + 5 * 6, 6);
    expect(none).toBe(20);
  });

  it('is on the device as soon as the attempt runs: the next sample shows it, and shows it no longer when it has ended', () => {
    const { plant, run } = setUp(watchedScenarios['memory-cliff']);
    run(3, 300);
    expect(plant.telemetry(1200)?.memoryUsed).toBeCloseTo((20 + 3 * 6) * gibibyte, 0);
    run(1, 1900);
    expect(plant.telemetry(2200)?.memoryUsed).toBeCloseTo((20 + 1 * 6) * gibibyte, 0);
  });

  it('leaves out what does not fit', () => {
    const [full, still] = memoryAfter(watchedScenarios['memory-cliff'], [50, 50]);
    expect(full).toBeCloseTo(80, 6);
    expect(still).toBeCloseTo(80, 6);
  });

  it.each(Object.values<Scenario>(watchedScenarios))('works for $name', (scenario) => {
    const [most = 0, none] = memoryAfter(scenario, [64, 0]);
    expect(most * gibibyte).toBeLessThanOrEqual(scenario.plant.capacity);
    expect(none).toBeCloseTo(scenario.plant.base / gibibyte, 6);
  });
});
