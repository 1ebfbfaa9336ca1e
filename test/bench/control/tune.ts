import { parseArgs } from 'node:util';
import { OracleCache } from './oracle-cache.ts';
import { scenarioOf } from './scenario-of.ts';
import { runSuite } from './suite.ts';
import { Threads } from './threads.ts';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'named' },
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '40' },
    subjects: { type: 'string', default: 'aimd,pid' },
    worst: { type: 'string', default: '12' },
    runs: { type: 'string' },
    hints: { type: 'boolean', default: false },
    only: { type: 'string' },
    roomy: { type: 'boolean', default: false },
  },
});
const threads = new Threads();
const t0 = Date.now();
const scenarios =
  values.only !== undefined
    ? values.only.split(',')
    : values.suite === 'named'
      ? ['S1', 'S2', 'S3', 'S4', 'S5', 'S6', 'S7', 'S8']
      : values.seed
          .split(',')
          .flatMap((s) =>
            Array.from({ length: Number(values.count) }, (_, i) => `family:${s}:${i}${values.roomy ? ':roomy' : ''}`),
          );
const seeds = Array.from({ length: Number(values.runs ?? (values.suite === 'named' ? 5 : 2)) }, (_, i) => 101 + i);
const { oracles, results } = await runSuite(threads, new OracleCache(), {
  scenarios,
  seeds,
  subjects: values.subjects.split(','),
  hints: values.hints,
});
await threads.close();
const f = (x: number, d = 3) => x.toFixed(d).padStart(7);
if (scenarios.length <= 12) {
  for (const s of scenarios)
    console.log(
      s.padEnd(14),
      'best',
      oracles.get(s)!.best.limit,
      f((oracles.get(s)!.best.onTime / scenarioOf(s).duration) * 1000),
      'oom',
      oracles.get(s)!.best.outOfMemory,
      'phase x',
      f(oracles.get(s)!.phased / oracles.get(s)!.best.onTime),
    );
}
for (const r of results) {
  const s = r.summary;
  console.log(
    r.subject.padEnd(12),
    'mean',
    f(s.mean),
    'med',
    f(s.median),
    'p10',
    f(s.p10),
    'p01',
    f(s.p01),
    'worst',
    f(s.worst),
    'geo',
    f(s.geomean),
    'oom',
    f(s.oom),
    '±',
    f(s.spread),
  );
}
for (const r of results) {
  const worst =
    scenarios.length <= 12 ? r.scores : r.scores.toSorted((a, b) => a.ratio - b.ratio).slice(0, Number(values.worst));
  console.log(`-- ${r.subject}`);
  for (const w of worst)
    console.log(
      w.scenario.padEnd(14),
      f(w.ratio),
      '±',
      f(w.spread),
      'phase',
      f(w.phaseRatio),
      'oom',
      f(w.oom, 2),
      'miss',
      f(w.miss, 2),
      'settle',
      f(w.settle, 0),
      'over',
      f(w.overshoot, 1),
      'churn',
      f(w.churn, 1),
      'best',
      oracles.get(w.scenario)!.best.limit,
      'oomS',
      oracles.get(w.scenario)!.best.outOfMemory,
      scenarioOf(w.scenario).summary,
    );
}
console.log(((Date.now() - t0) / 1000).toFixed(1), 's');
