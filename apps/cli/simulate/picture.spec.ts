import { describe, expect, it } from 'vitest';
import { defaultGuard } from '#libs/core';
import { namedScenarios, simulate, watchedScenarios, type Scenario } from '#libs/simulation';
import { aimd } from '#libs/strategies';
import { simulatedFacts } from './facts.ts';
import { picture, type SimulatedRun } from './picture.ts';

function run(scenario: Scenario, duration: number, guard = true): SimulatedRun {
  const result = aimd.config['~standard'].validate({});
  const config = 'value' in result ? result.value : undefined;
  const setup = { strategy: aimd, config, bounds: { min: 1, max: 64 }, initial: 1, dryRun: false };
  const simulation = simulate({ scenario, setup, seed: 1, duration, ...(guard && { guard: defaultGuard }) });
  const { name, summary } = scenario;
  const facts = simulatedFacts(simulation);
  const { records, onTimeAt } = simulation;
  return { strategy: 'aimd', scenario: name, summary, seed: 1, records, onTimeAt, facts };
}

describe('the picture of a simulated run', () => {
  it.each([60, 80, 100, 200])('fits in %i columns, its totals apart', (columns) => {
    const lines = picture(run(namedScenarios.S1, 300_000), columns).split('\n');
    const drawn = lines.filter((line) => /[┤└]| 5 min$/.test(line));
    expect(drawn).toHaveLength(15);
    for (const line of drawn) expect(line.length).toBeLessThanOrEqual(columns);
  });

  it('draws as on time what kept its deadline from its arrival on, not what its records call so', () => {
    const simulated = run(namedScenarios.S7, 120_000);
    const curve = (shown: SimulatedRun): string => picture(shown, 100).split('on time per second')[1] ?? '';
    expect(curve(simulated)).toContain('█');
    expect(curve({ ...simulated, onTimeAt: [] })).not.toMatch(/[▁-█]/);
  });

  it('marks when memory ran out, and only then', () => {
    const lossy = picture(run(watchedScenarios['memory-cliff'], 30_000, false), 100);
    expect(lossy).toMatch(/^ {2}memory .*×/m);
    expect(lossy).toMatch(/memory {3}ran out \d+ times, \d+ jobs lost$/m);
    const calm = picture(run(namedScenarios.S1, 30_000), 100);
    expect(calm).not.toContain('×');
    expect(calm).toMatch(/never ran out, 0 jobs lost; the guard held jobs back in \d of 30 s$/m);
  });
});

describe('the facts of a simulated run', () => {
  it('agree with its records', () => {
    const { facts, records } = run(namedScenarios.S1, 300_000);
    const { limit, reasons } = facts;
    expect(Object.values(reasons).reduce((sum, count) => sum + count, 0)).toBe(records.length);
    expect(Object.keys(reasons)[0]).toBe('epoch-open');
    expect(limit).toMatchObject({ first: 1, last: records.at(-1)?.limit.gate });
    expect(limit.settled.least).toBeLessThanOrEqual(limit.settled.median);
    expect(limit.settled.most).toBeLessThanOrEqual(limit.highest);
    expect(facts.onTimeRate).toBeCloseTo(facts.onTime / 300, 9);
    const late = records.reduce((sum, { observation }) => sum + observation.jobs.late, 0);
    expect(facts.late).toBe(late);
    expect(facts.missShare).toBeCloseTo(late / (late + facts.onTime), 9);
  });

  it('say nothing of a guard where there is none', () => {
    expect(run(namedScenarios.S1, 10_000, false).facts).not.toHaveProperty('guarded');
  });
});
