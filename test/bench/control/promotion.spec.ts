import { describe, expect, it } from 'vitest';
import type { ScenarioScore, SubjectResult } from '../report/results.ts';
import { comparison, pairedOf, promotion, promotionChecks } from './promotion.ts';
import { familySummary } from './subject-summary.ts';

const base = Array.from({ length: 100 }, (_, index) => 0.8 + 0.001 * index);

function subject(name: string, ratios: readonly number[], oom = 0): SubjectResult {
  const scores = ratios.map((ratio, index): ScenarioScore => ({
    scenario: `1-${index}`,
    ratio,
    spread: 0,
    runs: [ratio],
    oom,
    net: { 0: 1, 1: 1, 5: 1 },
    netRatio: { 0: 1, 1: 1, 5: 1 },
    missShare: 0,
    settleS: 20,
    overshoot: 1,
    churn: 0,
    regret: 0,
  }));
  return { name, default: name === 'aimd', kind: 'ours', scores, summary: familySummary(scores) };
}

/** The letters of the conditions that do not hold. */
function failing(ratios: readonly number[], oom = 0): readonly string[] {
  const checks = promotionChecks(pairedOf(subject('new', ratios, oom), subject('aimd', base, 0.01)));
  return checks.filter(({ holds }) => holds === false).map(({ what }) => what.slice(0, 3));
}

describe('the promotion of a default', () => {
  it('wants mean, p10 and p01 each higher', () => {
    expect(failing(base.map((ratio) => ratio + 0.02))).toEqual([]);
    expect(failing(base.map((ratio, index) => (index < 2 ? ratio - 0.01 : ratio + 0.02)))).toEqual(['(a)']);
  });

  it('wants a gain of two standard errors, scenario by scenario', () => {
    const noisy = base.map((ratio, index) => ratio + (index % 2 === 0 ? 0.0401 : -0.04));
    expect(failing(noisy)).toContain('(b)');
    expect(failing(base.map((ratio, index) => ratio + (index % 2 === 0 ? 0.041 : 0.001)))).not.toContain('(b)');
  });

  it('does not trade more than a tenth of the scenarios away', () => {
    const lossesOf = (count: number) =>
      base.map((ratio, index) => (index >= 100 - count ? ratio - 0.06 : ratio + 0.04));
    expect(failing(lossesOf(10))).toEqual([]);
    expect(failing(lossesOf(11))).toEqual(['(c)']);
  });

  it('wants memory to run out no more often', () => {
    const better = base.map((ratio) => ratio + 0.02);
    expect(failing(better, 0.01)).toEqual([]);
    expect(failing(better, 0.02)).toEqual(['(d)']);
  });

  it('pairs by scenario, whatever their order and whoever ran more', () => {
    const reversed = subject('new', base);
    const { gain, scenarios } = pairedOf(
      { ...reversed, scores: reversed.scores.toReversed() },
      subject('aimd', base.slice(0, 40)),
    );
    expect(gain).toBeCloseTo(0);
    expect(scenarios).toBe(40);
  });

  it('says no where anything that was measured does not hold, seeds and the named suite included', () => {
    const challenger = subject(
      'new',
      base.map((ratio) => ratio + 0.02),
    );
    const aimd = subject('aimd', base, 0.01);
    const verdict = (seeds: number, worst: number) =>
      promotion(challenger, aimd, { seeds, perSeed: 80, named: subject('new', [1.1, worst]) }).notes?.[0];
    expect(verdict(3, 0.97)).toMatch(/^All that is measured here holds/);
    expect(verdict(2, 0.97)).toMatch(/^It may not: 1 of 10/);
    expect(verdict(3, 0.96)).toMatch(/^It may not: 1 of 10/);
  });

  it('has a row for each other strategy, with the conditions it meets', () => {
    const rows = comparison([
      subject('aimd', base),
      subject(
        'new',
        base.map((ratio) => ratio + 0.02),
      ),
      subject(
        'old',
        base.map((r) => r - 0.1),
      ),
    ])?.table.rows;
    expect(rows?.map((row) => [row[0], row[1], row.at(-1)])).toEqual([
      ['new', '+0.020', 'a b c d'],
      ['old', '−0.100', 'd'],
    ]);
  });
});
