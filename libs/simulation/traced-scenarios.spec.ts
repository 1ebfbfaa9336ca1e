import { describe, expect, it } from 'vitest';
import { namedScenarios } from './named-scenarios.ts';
import { Random } from './random.ts';
import type { Arrival, Scenario } from './scenario.ts';
import { withTraces } from './traced-scenarios.ts';

const rows = [
  { at: 0, context: 600, generated: 100 },
  { at: 250, context: 1200, generated: 10 },
  { at: 250, context: 0, generated: 0 },
];

function arrivalsOf(scenario: Scenario): readonly Arrival[] {
  const next = scenario.arrivals!(new Random(1));
  const arrivals: Arrival[] = [];
  for (let arrival = next(); arrival !== undefined; arrival = next()) arrivals.push(arrival);
  expect(next()).toBeUndefined();
  return arrivals;
}

const near = (value: number): unknown => expect.closeTo(value, 6);

describe('withTraces', () => {
  it('brings S6 and S7 the recorded requests at their times, and nothing after them', () => {
    const { S6, S7 } = withTraces({ conv: rows, code: rows });
    for (const arrivals of [arrivalsOf(S6), arrivalsOf(S7)]) {
      expect(arrivals.map(({ at }) => at)).toEqual([0, 250, 250]);
      expect(arrivals.map(({ job }) => job.work)).toEqual([1450, 335, 1].map(near));
    }
  });

  it('gives them the deadlines of their scenarios', () => {
    const { S6, S7 } = withTraces({ conv: rows, code: rows });
    expect(arrivalsOf(S6)[0]?.job.deadline).toBeCloseTo(3000 + 3 * 1450, 6);
    expect(arrivalsOf(S7)[0]?.job.deadline).toBe(2000 + 50 * 100 + 600);
  });

  it('draws the tokens of S3 from all requests, what was read together with what was written', () => {
    const random = new Random(1);
    const jobs = Array.from({ length: 300 }, () => withTraces({ conv: rows }).S3.jobs(random, 0));
    const drawn = new Set(jobs.map(({ work, memoryHint }) => `${Math.round(work)} ${memoryHint}`));
    expect(drawn).toEqual(new Set(['1450 811', '335 1411', '1 211']));
  });

  it('leaves alone what no trace was given for', () => {
    expect(withTraces({})).toEqual(namedScenarios);
    expect(withTraces({ code: rows }).S3).toBe(namedScenarios.S3);
    expect(withTraces({ conv: rows }).S6).toBe(namedScenarios.S6);
  });
});
