import { Plant, Random, watchedScenarios, type Scenario } from '#libs/simulation';
import { describe, expect, it } from 'vitest';
import { StandInJobs } from './stand-in-jobs.ts';

const gibibyte = 2 ** 30;

/** Memory in GiB after so many attempts ran for a while, one count after the other. */
function memoryAfter(scenario: Scenario, counts: readonly number[]): readonly number[] {
  const plant = new Plant({ ...scenario.plant, outOfMemory: 'job' }, new Random(1));
  let wanted = 0;
  const jobs = new StandInJobs(plant, scenario, () => wanted);
  return counts.map((count, index) => {
    wanted = count;
    jobs.match(1000 * (index + 1));
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
