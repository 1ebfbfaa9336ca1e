import { builtInStrategies } from '#libs/strategies';
import { gradient } from './candidates/gradient.ts';
import { vegas } from './candidates/vegas.ts';
import { benchFlags, figure, machine, publish, quantile, type Figure } from './harness.ts';
import { RecordedRun } from './recorded-run.ts';

// What one control period costs a strategy: stepController alone, over a run of S1 that the strategy itself has steered.
//   node --conditions=flyball-source test/bench/strategy-cost.ts [--periods 1000000] [--only aimd] [--runs 5] [--json FILE]

const flags = benchFlags(['periods', 'only']);
const periods = Math.max(5000, Number(flags.values['periods'] ?? 1_000_000));
const only = flags.values['only'];
const figures: Figure[] = [];
for (const strategy of [...builtInStrategies, vegas, gradient]) {
  if (only !== undefined && strategy.name !== only) continue;
  const run = new RecordedRun(strategy);
  costOf(run, 2000);
  const blocks = Array.from({ length: flags.runs }, () => costOf(run, Math.ceil(periods / flags.runs)));
  figures.push(figure(`${strategy.name}: a period`, 'µs', blocks, strategy.name === 'goodput' ? undefined : '≤ 20'));
  const closes = Array.from({ length: flags.runs }, () => closesOf(run, Math.ceil(periods / flags.runs / 10)));
  if (closes.some(({ length }) => length === 0)) continue;
  const target = strategy.name === 'goodput' ? '≤ 1000' : undefined;
  const at = (q: number): readonly number[] => closes.map((block) => quantile(block, q));
  figures.push(figure(`${strategy.name}: closing an epoch, median`, 'µs', at(0.5), target));
  figures.push(figure(`${strategy.name}: closing an epoch, p99`, 'µs', at(0.99), target));
  figures.push(figure(`${strategy.name}: closing an epoch, longest`, 'µs', at(1)));
}
publish(
  {
    bench: 'strategy-cost',
    machine: machine(),
    figures,
    notes: [
      `${periods} periods each, in ${flags.runs} blocks; a period: CPU time of the process, collection of garbage included.`,
      'closing an epoch: wall time, in a tenth as many periods; beside other work its far end tells of that.',
      'S1, seed 1, about 13 jobs a period and 28 at once, steered by the strategy itself.',
    ],
  },
  flags.json,
);

/** Microseconds of this process's CPU per period. */
function costOf(run: RecordedRun, count: number): number {
  const begun = process.cpuUsage();
  for (let period = 0; period < count; period += 1) run.step();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / count;
}

/** Microseconds of wall time of each period that closed an epoch. */
function closesOf(run: RecordedRun, count: number): readonly number[] {
  const closes: number[] = [];
  for (let period = 0; period < count; period += 1) {
    const begun = performance.now();
    if (run.step()) closes.push(1000 * (performance.now() - begun));
  }
  return closes;
}
