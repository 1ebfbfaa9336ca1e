import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { benchFlags, machine } from './harness.ts';
import { figuresOf, type Figures } from './plant-figures.ts';
import { runPlant } from './plant-run.ts';
import { plants, type Plant } from './plants.ts';

// Real plants under saturated load: a sweep of fixed limits, then strategies that start at 1, once with a deadline of
// twice the solo service time and once with none. Needs the build (npm run build).
//   node --conditions=source test/bench/real-plants.ts [--plant ocr,http-upstream] [--limits 1,2,4,8] [--strategies aimd,pid]
//     [--fixed-seconds 15] [--seconds 90] [--json FILE]

const flags = benchFlags(['plant', 'limits', 'strategies', 'fixed-seconds', 'seconds']);
const limits = (flags.values['limits'] ?? '1,2,3,4,6,8,12,16,24,32,48,64').split(',').map(Number);
const strategies = (flags.values['strategies'] ?? 'aimd,pid').split(',');
const fixedSeconds = Number(flags.values['fixed-seconds'] ?? 15);
const seconds = Number(flags.values['seconds'] ?? 90);
const settling = 4; // periods of a fixed run that do not count: threads and compiled code get warm

type Row = Figures & { readonly plant: string; readonly run: string; readonly ratio?: number };
type Goal = 'onTime' | 'throughput';
type Environment = Readonly<Record<string, string>>;

const rows: Row[] = [];
const before = machine();
console.log(`real plants: ${before.cpu}, ${before.cores} cores, Node ${before.node}, load ${before.load.join(' ')}`);
for (const name of (flags.values['plant'] ?? 'ocr,http-upstream').split(',')) {
  const plant = await plants[name]?.();
  if (plant === undefined) throw new Error(`no plant "${name}"; there are ${Object.keys(plants).join(', ')}`);
  try {
    await measure(name, plant);
  } finally {
    plant.close();
  }
}
console.log(
  `load averages at the end: ${loadavg()
    .map((load) => load.toFixed(2))
    .join(' ')}`,
);
if (flags.json !== undefined) {
  await writeFile(flags.json, `${JSON.stringify({ bench: 'real-plants', machine: before, rows }, undefined, 2)}\n`);
}

async function measure(name: string, plant: Plant): Promise<void> {
  const solo = await fixed(plant, 1, {});
  show({ plant: name, run: 'solo', ...solo });
  const target = { LATENCY_TARGET: `${Math.round(2 * solo.serviceMs)}ms` };
  console.log(`${name.padEnd(14)} LATENCY_TARGET=${target.LATENCY_TARGET}`);

  const best = { onTime: 0, throughput: 0 };
  for (const limit of limits) {
    const figures = await fixed(plant, limit, target);
    show({ plant: name, run: `fixed ${limit}`, ...figures });
    best.onTime = Math.max(best.onTime, figures.onTime);
    best.throughput = Math.max(best.throughput, figures.throughput);
  }
  for (const strategy of strategies) {
    await adaptive(name, plant, { strategy, goal: 'onTime', best, environment: target });
    await adaptive(name, plant, { strategy, goal: 'throughput', best, environment: {} });
  }
}

async function fixed(plant: Plant, limit: number, environment: Environment): Promise<Figures> {
  const fixedLimit = { CONCURRENCY_STRATEGY: 'fixed', CONCURRENCY_INITIAL: String(limit), CONCURRENCY_MAX: '64' };
  const records = await runPlant({ ...plant, seconds: fixedSeconds, environment: { ...fixedLimit, ...environment } });
  return figuresOf(records.slice(settling));
}

interface AdaptiveRun {
  readonly strategy: string;
  readonly goal: Goal;
  readonly best: Readonly<Record<Goal, number>>;
  readonly environment: Environment;
}

/** The whole run counts, the way up from 1 included; its second half is shown apart. */
async function adaptive(name: string, plant: Plant, { strategy, goal, best, environment }: AdaptiveRun): Promise<void> {
  const from1 = { CONCURRENCY_STRATEGY: strategy, CONCURRENCY_INITIAL: '1', CONCURRENCY_MAX: '64' };
  const records = await runPlant({ ...plant, seconds, environment: { ...from1, ...environment } });
  const label = goal === 'onTime' ? strategy : `${strategy}, no deadline`;
  for (const [part, from] of [
    ['', 0],
    [', 2nd half', Math.floor(records.length / 2)],
  ] as const) {
    const figures = figuresOf(records.slice(from));
    show({ plant: name, run: label + part, ...figures, ratio: figures[goal] / best[goal] });
  }
}

function show(row: Row): void {
  rows.push(row);
  const [median, least, greatest] = row.limit;
  const cells = [
    row.plant.padEnd(14),
    row.run.padEnd(28),
    `${row.throughput.toFixed(2)}/s`.padStart(9),
    `${row.onTime.toFixed(2)}/s on time`.padStart(17),
    `service ${row.serviceMs.toFixed(0)} ms`.padStart(15),
    `limit ${median} (${least}..${greatest})`.padEnd(18),
    `used ${(100 * row.used).toFixed(0)} %`.padEnd(10),
    `failed ${row.failed}`,
    row.ratio === undefined ? '' : `ratio ${row.ratio.toFixed(3)}`,
  ];
  console.log(cells.join('  ').trimEnd());
}
