import { describe, expect, it } from 'vitest';
import { ClosedLoop } from './closed-loop.ts';
import { FixedLimiter } from './fixed-limiter.ts';
import { namedScenarios } from './named-scenarios.ts';
import { Random } from './random.ts';
import { scenarioVariants } from './scenario-variants.ts';
import type { Scenario } from './scenario.ts';

function served(scenario: Scenario, limit: number): { readonly rate: number; readonly outOfMemory: number } {
  const runs = [1, 2, 3, 4, 5].map((seed) => {
    const loop = new ClosedLoop({ scenario, seed }, () => new FixedLimiter(limit));
    loop.runUntil(scenario.duration);
    return loop.tally;
  });
  const mean = (of: (run: (typeof runs)[number]) => number): number =>
    runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  return {
    rate: (1000 * mean(({ onTime }) => onTime)) / scenario.duration,
    outOfMemory: mean((run) => run.outOfMemory),
  };
}

describe('namedScenarios', () => {
  // Known for the saturated ones whatever the arrivals; S6 and S7 are what the generators bring.
  it.each([
    ['S1', 28, 13.79],
    ['S2', 2, 0.108],
    ['S3', 20, 4.24],
    ['S4', 28, 9.19],
    ['S5', 36, 14.59],
    ['S8', 21, 10.91],
  ] as const)('%s serves at its best static limit %i what it is known to give, within 3 %', (name, limit, rate) => {
    expect(Math.abs(served(namedScenarios[name], limit).rate / rate - 1)).toBeLessThan(0.03);
  });

  it('serves nearly all that arrives in S6 and S7 at their best static limits', () => {
    expect(served(namedScenarios.S6, 28).rate).toBeGreaterThan(2.2);
    expect(served(namedScenarios.S7, 60).rate).toBeGreaterThan(4.3);
  });

  it('puts the cliffs of S2, S3 and S5 right above their best static limits', () => {
    expect(served(namedScenarios.S2, 3).outOfMemory).toBeGreaterThan(5);
    expect(served(namedScenarios.S3, 24).outOfMemory).toBeGreaterThan(8);
    expect(served(namedScenarios.S3, 18).outOfMemory).toBeLessThan(2);
    expect(served(namedScenarios.S5, 36).outOfMemory).toBe(0);
    expect(served(namedScenarios.S5, 40).outOfMemory).toBeGreaterThan(2);
  });

  it('slows S4 to a half for its second phase, and warms S8 up over a minute', () => {
    const { S4, S8 } = namedScenarios;
    expect(S4.phases.map((t) => S4.plant.speed(t))).toEqual([1, 0.5, 1]);
    expect([0, 30_000, 60_000, 90_000].map((t) => S8.plant.speed(t))).toEqual([0.25, 0.625, 1, 1]);
  });

  it('turns S5 from light to heavy jobs, which declare what they are', () => {
    const heavy = (t: number): number => {
      const random = new Random(1);
      const jobs = Array.from({ length: 2000 }, () => namedScenarios.S5.jobs(random, t));
      for (const { class: name, memoryHint } of jobs) expect(memoryHint).toBe(name === 'heavy' ? 5 : 1);
      return jobs.filter((job) => job.class === 'heavy').length / jobs.length;
    };
    expect(heavy(0)).toBeCloseTo(0.1, 1);
    expect(heavy(600_000)).toBeCloseTo(0.8, 1);
  });
});

describe('scenarioVariants', () => {
  const variants = scenarioVariants();
  const variant = (name: string): Scenario => variants.find((each) => each.name === name)!;

  it('differ from each other and from the named suite by name', () => {
    const names = variants.map(({ name }) => name);
    expect(new Set([...names, ...Object.keys(namedScenarios)]).size).toBe(names.length + 8);
    expect(names).toHaveLength(17);
  });

  it('leave the jobs as they are, but for deadlines', () => {
    const { deadline, ...job } = namedScenarios.S1.jobs(new Random(1), 0);
    expect(deadline).toBeGreaterThan(0);
    expect(variant('S1-no-deadlines').jobs(new Random(1), 0)).toStrictEqual(job);
  });

  it('lose one job instead of all where memory ends', () => {
    expect(served(variant('S3-job'), 24).rate).toBeGreaterThan(served(namedScenarios.S3, 24).rate);
  });
});
