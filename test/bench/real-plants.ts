import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { benchFlags, machine } from './harness.ts';
import { waitForQuiet } from './other-work.ts';
import { figuresOf, lineOf, type Figures, type Goal, type Row } from './plant-figures.ts';
import { runPlant, type PlantRecords } from './plant-run.ts';
import { plants, type Plant } from './plants.ts';

// Real plants under saturated load: a sweep of fixed limits, then strategies that start at 1, once with a deadline of
// twice the solo service time and once with none. Needs the build (npm run build).
//   node --conditions=flyball-source test/bench/real-plants.ts [--plant ocr,http-upstream] [--limits 1,2,4,8] [--strategies aimd,pid]
//     [--fixed-seconds 15] [--seconds 90] [--patience 60] [--json FILE]
// "ratio" is to the best fixed limit of the sweep, "paired" to that same limit run once more right afterwards: on a machine
// that does other work besides, only the second compares like with like. Each run waits up to --patience s for quiet.

const flags = benchFlags(['plant', 'limits', 'strategies', 'fixed-seconds', 'seconds', 'patience']);
const limits = (flags.values['limits'] ?? '1,2,3,4,6,8,12,16,24,32,48,64').split(',').map(Number);
const strategies = (flags.values['strategies'] ?? 'aimd,pid').split(',');
const fixedSeconds = Number(flags.values['fixed-seconds'] ?? 15);
const seconds = Number(flags.values['seconds'] ?? 90);
const patienceMs = Number(flags.values['patience'] ?? 60) * 1000;
const settling = 4; // periods of a fixed run that do not count: threads and compiled code get warm

type Environment = Readonly<Record<string, string>>;

const rows: Row[] = [];
const before = machine();
console.log(`real plants: ${before.cpu}, ${before.cores} cores, Node ${before.node}, load ${before.load.join(' ')}`);
for (const name of (flags.values['plant'] ?? 'ocr,http-upstream').split(',')) {
  const plant = await plants[name]?.();
  if (plant === undefined) throw new Error(`no plant "${name}"; there are ${Object.keys(plants).join(', ')}`);
  try {
    await measure(plant);
  } finally {
    plant.close();
  }
}
const after = loadavg().map((load) => load.toFixed(2));
console.log(`load averages at the end: ${after.join(' ')}`);
if (flags.json !== undefined) {
  await writeFile(flags.json, `${JSON.stringify({ bench: 'real-plants', machine: before, rows }, undefined, 2)}\n`);
}

async function measure(plant: Plant): Promise<void> {
  const solo = await fixed(plant, 1, {}, 'solo');
  const target = { LATENCY_TARGET: `${Math.round(2 * solo.serviceMs)}ms` };
  console.log(`${plant.name}: LATENCY_TARGET=${target.LATENCY_TARGET}`);

  const sweep = new Map<number, Figures>();
  for (const limit of limits) sweep.set(limit, await fixed(plant, limit, target));
  for (const strategy of strategies) {
    await compare(plant, { strategy, goal: 'onTime', environment: target, sweep });
    await compare(plant, { strategy, goal: 'throughput', environment: {}, sweep });
  }
}

async function fixed(plant: Plant, limit: number, environment: Environment, run = `fixed ${limit}`): Promise<Figures> {
  const strategy = { CONCURRENCY_STRATEGY: 'fixed', CONCURRENCY_INITIAL: String(limit) };
  const { records, otherCores } = await quietRun(plant, fixedSeconds, { ...strategy, ...environment });
  const figures = figuresOf(records.slice(settling));
  show({ plant: plant.name, run, ...figures, otherCores });
  return figures;
}

interface Comparison {
  readonly strategy: string;
  readonly goal: Goal;
  readonly environment: Environment;
  readonly sweep: ReadonlyMap<number, Figures>;
}

/** The whole run counts, the way up from 1 included; its second half is shown apart. */
async function compare(plant: Plant, { strategy, goal, environment, sweep }: Comparison): Promise<void> {
  const [limit, best] = [...sweep].reduce((a, b) => (b[1][goal] > a[1][goal] ? b : a));
  const from1 = { CONCURRENCY_STRATEGY: strategy, CONCURRENCY_INITIAL: '1' };
  const { records, otherCores } = await quietRun(plant, seconds, { ...from1, ...environment });
  const again = await fixed(plant, limit, environment, `fixed ${limit}, again`);
  const run = goal === 'onTime' ? strategy : `${strategy}, no deadline`;
  for (const [part, figures] of [
    ['', figuresOf(records)],
    [', 2nd half', figuresOf(records.slice(Math.floor(records.length / 2)))],
  ] as const) {
    const ratios = { ratio: figures[goal] / best[goal], paired: figures[goal] / again[goal] };
    show({ plant: plant.name, run: run + part, ...figures, otherCores, ...ratios });
  }
}

async function quietRun(plant: Plant, length: number, environment: Environment): Promise<PlantRecords> {
  await waitForQuiet(patienceMs);
  return runPlant({ plant, seconds: length, environment: { CONCURRENCY_MAX: '64', ...environment } });
}

function show(row: Row): void {
  rows.push(row);
  console.log(lineOf(row));
}
