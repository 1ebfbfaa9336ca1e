import { describe, expect, it } from 'vitest';
import { namedScenarios, type Scenario } from '#libs/simulation';
import { oracleOf } from './oracle.ts';

describe('the best fixed limit', () => {
  it('is the one with the most jobs on time, without regard to memory unless that is asked', () => {
    const images: Scenario = { ...namedScenarios.S2, duration: 1_200_000 };
    const { best, safe, net } = oracleOf(images, [1, 2], [1, 2, 10]);
    expect(best.limit).toBe(2);
    expect(safe).toEqual(best);
    expect(net[5]).toBe(best.onTime);
    const greedy = oracleOf(images, [1, 2], [10]);
    expect(greedy.best.outOfMemory).toBeGreaterThan(1);
    expect(greedy.safe).toBeUndefined();
    expect(greedy.net[1]).toBe(greedy.best.onTime - greedy.best.failed);
  });

  it('may be another one in each phase', () => {
    const drift: Scenario = { ...namedScenarios.S4, duration: 600_000, phases: [0, 400_000] };
    const { best, phased } = oracleOf(drift, [1], [12, 28]);
    expect(best.limit).toBe(28);
    expect(best.phases.reduce((a, b) => a + b, 0)).toBe(best.onTime);
    expect(phased).toBeGreaterThan(1.01 * best.onTime);
  });

  it('keeps what each run had, in the order of the seeds', () => {
    const short: Scenario = { ...namedScenarios.S1, duration: 60_000 };
    const { best } = oracleOf(short, [1, 2], [28]);
    const [second] = oracleOf(short, [2], [28]).best.runs;
    expect(best.runs[1]).toBe(second);
    expect(best.onTime).toBe((best.runs[0]! + best.runs[1]!) / 2);
  });
});
