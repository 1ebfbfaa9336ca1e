import { summaryOf } from '#libs/simulation';
import type { BenchResults, Curve, FixedBest, ScenarioScore, SubjectKind, SubjectResult } from './results.ts';

const ratios: readonly (readonly [name: string, kind: SubjectKind, ratios: readonly [number, number]])[] = [
  ['static-8', 'fixed', [0.54, 0.004]],
  ['arc', 'peer', [0.97, 0.72]],
  ['arc + guard', 'peer+guard', [0.96, 0.99]],
  ['vegas', 'candidate', [0.93, 0.91]],
  ['pid', 'ours', [1.01, 0.95]],
  ['aimd', 'ours', [0.98, 1.03]],
];

/** Made up, for specs: six subjects on two scenarios, in an order that is not their rank. */
export function sampleResults(changes: Partial<BenchResults> = {}): BenchResults {
  const subjects = ratios.map(([name, kind, [first, second]]): SubjectResult => {
    const scores = [scoreWith('S1', first), { ...scoreWith('S4', second), phaseRatio: second / 1.144 }];
    const oom = (scores[0]!.oom + scores[1]!.oom) / 2;
    return { name, kind, default: name === 'aimd', scores, summary: { ...summaryOf([first, second]), oom } };
  });
  return {
    suite: 'named',
    commit: 'abc1234',
    plant: '0123456789ab',
    hints: false,
    runs: 2,
    seeds: [101, 102],
    traces: 'generators',
    outOfMemory: 'fatal',
    price: 0,
    revisions: 3,
    command: 'npm run bench -- --suite named',
    subjects,
    scenarios: [
      {
        name: 'S1',
        summary: 'decodes',
        duration: 900_000,
        best: best(13.79),
        curves: ratios.map(([subject]) => curve(subject, 900_000)),
      },
      {
        name: 'S4',
        summary: 'a & b < c',
        duration: 1_200_000,
        best: best(9.19),
        phases: [0, 400_000, 800_000],
        curves: ratios.map(([subject]) => curve(subject, 1_200_000)),
      },
    ],
    ...changes,
  };
}

function best(rate: number): FixedBest {
  return { n: 28, rate, oom: 0, net: { 0: rate, 1: rate, 5: rate } };
}

function scoreWith(scenario: string, ratio: number): ScenarioScore {
  return {
    scenario,
    ratio,
    spread: 0.012,
    runs: [ratio - 0.012, ratio + 0.012],
    oom: ratio < 0.8 ? 6.4 : 0,
    net: { 0: 13.5, 1: 13.25, 5: 12.125 },
    netRatio: { 0: ratio, 1: ratio, 5: ratio },
    missShare: 0.0512,
    settleS: ratio < 0.8 ? null : 29.4,
    overshoot: 1.25,
    churn: 14.2,
    regret: 0.044,
  };
}

function curve(subject: string, duration: number): Curve {
  const t = Array.from({ length: 24 }, (_, index) => (index * duration) / 24);
  return {
    subject,
    t,
    limit: t.map((_, index) => Math.min(28, 1 + 2 * index)),
    rate: t.map((_, index) => Math.min(13, index)),
  };
}
