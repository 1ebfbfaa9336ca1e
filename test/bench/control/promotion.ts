import { meanOf, summaryOf } from '#libs/simulation';
import type { ScenarioScore, Section, SubjectResult } from '../report/results.ts';
import { familySummary } from './subject-summary.ts';
import { checkSection, type Check } from './check.ts';

/** Whom another strategy has to beat. */
export const incumbent = 'aimd';

export interface Paired {
  readonly name: string;
  readonly scenarios: number;
  /** Mean of the differences of the ratios, scenario by scenario, and its standard error. */
  readonly gain: number;
  readonly error: number;
  /** Share of scenarios in which it is more than 5 points behind. */
  readonly lost: number;
  readonly challenger: Summaries;
  readonly incumbent: Summaries;
}

type Summaries = ReturnType<typeof familySummary>;

/** Two subjects on the scenarios that both have run. */
export function pairedOf(challenger: SubjectResult, other: SubjectResult): Paired {
  const ratios = new Map(other.scores.map((score) => [score.scenario, score]));
  const pairs = challenger.scores.flatMap((score): readonly (readonly [ScenarioScore, ScenarioScore])[] => {
    const beside = ratios.get(score.scenario);
    return beside === undefined ? [] : [[score, beside]];
  });
  const differences = pairs.map(([mine, theirs]) => mine.ratio - theirs.ratio);
  const { mean: gain, spread: error } = summaryOf(differences);
  return {
    name: challenger.name,
    scenarios: pairs.length,
    gain,
    error,
    lost: meanOf(differences.map((difference) => (difference < -0.05 ? 1 : 0))),
    challenger: familySummary(pairs.map(([mine]) => mine)),
    incumbent: familySummary(pairs.map(([, theirs]) => theirs)),
  };
}

/** Conditions (a) to (d) of the rule; (e) needs the named suite, (f) the tests. */
export function promotionChecks(paired: Paired): readonly Check[] {
  const { challenger: mine, incumbent: theirs, gain, error, lost } = paired;
  const higher = (['mean', 'p10', 'p01'] as const).map((figure): Check => ({
    what: `(a) ${figure}`,
    expected: `> ${theirs[figure].toFixed(3)}`,
    found: mine[figure].toFixed(3),
    holds: mine[figure] > theirs[figure],
  }));
  return [
    ...higher,
    {
      what: '(b) mean difference, scenario by scenario',
      expected: '> 2 standard errors',
      found: `${signed(gain)} ± ${error.toFixed(4)}`,
      holds: gain > 2 * error,
    },
    {
      what: '(c) scenarios lost by more than 5 points',
      expected: '≤ 10 %',
      found: `${(100 * lost).toFixed(1)} %`,
      holds: lost <= 0.1,
    },
    {
      what: '(d) OOM a run',
      expected: `≤ ${theirs.oom.toFixed(4)}`,
      found: mine.oom.toFixed(4),
      holds: mine.oom <= theirs.oom,
    },
  ];
}

/** All of ours beside the incumbent. */
export function comparison(subjects: readonly SubjectResult[]): Section | undefined {
  const base = subjects.find(({ name }) => name === incumbent);
  const others = subjects.filter(({ kind, name }) => (kind === 'ours' || kind === 'candidate') && name !== incumbent);
  if (base === undefined || others.length === 0) return undefined;
  const rows = others.map((subject) => {
    const paired = pairedOf(subject, base);
    const { challenger: mine, incumbent: theirs, gain, error, lost } = paired;
    const held = ['a', 'b', 'c', 'd'].filter((letter) =>
      promotionChecks(paired).every(({ what, holds }) => !what.startsWith(`(${letter})`) || holds === true),
    );
    const better = (['mean', 'p10', 'p01', 'oom'] as const).map((figure) => signed(mine[figure] - theirs[figure]));
    const [mean = '', ...tails] = better;
    return [
      subject.name,
      mean,
      error.toFixed(3),
      ...tails,
      `${(100 * lost).toFixed(0)} %`,
      signed(gain / error, 1),
      held.join(' '),
    ];
  });
  return {
    title: `Beside ${incumbent}, scenario by scenario`,
    table: { head: ['law', 'mean', '±', 'p10', 'p01', 'OOM/run', 'lost > 5', 'gain/±', 'holds'], rows },
    notes: [
      'holds: conditions (a) to (d) of the rule by which a default is replaced; (e) and (f) need more than a family.',
    ],
  };
}

/** The whole rule for one challenger. `named`: its result on the named suite. */
export function promotion(
  challenger: SubjectResult,
  base: SubjectResult,
  evidence: { readonly seeds: number; readonly perSeed: number; readonly named: SubjectResult },
): Section {
  const { seeds, perSeed, named } = evidence;
  const paired = pairedOf(challenger, base);
  const { worst } = named.summary;
  const checks: readonly Check[] = [
    { what: 'generator seeds', expected: '≥ 3', found: String(seeds), holds: seeds >= 3 },
    { what: 'scenarios of each', expected: '≥ 80', found: String(perSeed), holds: perSeed >= 80 },
    ...promotionChecks(paired),
    { what: '(e) named suite, worst', expected: '≥ 0.97', found: worst.toFixed(3), holds: worst >= 0.97 },
    { what: '(f) replay and contract kit', expected: 'npm test', found: '', holds: undefined },
  ];
  const failed = checks.filter(({ holds }) => holds === false).length;
  const notes = [
    failed === 0
      ? `All that is measured here holds: ${challenger.name} may, if the tests pass and nobody ran these seeds before.`
      : `It may not: ${failed} of ${checks.length} do not hold. The seeds are used up.`,
    `${paired.scenarios} scenarios could be told.`,
  ];
  return checkSection(`Whether ${challenger.name} may replace ${base.name} as the default`, checks, { notes });
}

function signed(value: number, digits = 3): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(digits)}`;
}
