import { spawnSync } from 'node:child_process';
import { Random } from '#libs/simulation';
import { benchFlags, figure, machine, publish } from './harness.ts';
import { openGateway, openRedis, type Endpoint } from './sdk/endpoint.ts';
import { endsPerSecond, jobsPerSecond } from './sdk/rates.ts';
import { flyball, sdkOn, type BenchWorker, type StartWorker } from './sdk/workers.ts';

type Rates<Name extends string> = Record<Name, number[]>;

// Our worker beside one on RunPod's official Python SDK, for the same gateway: short jobs at limit 100, in turns; and a mix
// with a long tail under a modifier that keeps changing the limit, side by side. Needs the build (npm run build), a
// redis-server, and a Python that has the SDK:
//   RUNPOD_PYTHON=PATH node --conditions=flyball-source test/bench/sdk-peers.ts [--runs 3] [--seconds 4]
//     [--tail-seconds 40] [--json FILE]

const python = process.env['RUNPOD_PYTHON'] ?? '';
const version = sdkVersion();
if (version === undefined) {
  process.stdout.write('sdk: skipped, RUNPOD_PYTHON names no Python that has the package runpod\n');
  process.exit(0);
}
const flags = benchFlags(['seconds', 'tail-seconds'], ['--runs', '3', ...process.argv.slice(2)]);
const seconds = Number(flags.values['seconds'] ?? 4);
const tailSeconds = Number(flags.values['tail-seconds'] ?? 40);
const sdk = sdkOn(python);
const limit = 100;
const shortMs = 10;
// As long as a job of the tail, and some.
const settleSeconds = 6;
// Where the modifier's walk is on average.
const laterLimit = 8;

// A worker of the SDK has a process group of its own, which a signal to this one does not reach; it ends on exit.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const short = await shortJobs();
const tail = await tailMix();
publish(
  {
    bench: 'sdk',
    machine: machine(),
    figures: [
      figure(`${shortMs} ms jobs, limit ${limit}: SDK`, 'jobs/s', short.sdk),
      figure('  Flyball, same gateway', 'jobs/s', short.flyball),
      figure('    over the SDK', '×', over(short.flyball, short.sdk), '≥ 20'),
      figure('  Flyball, on Redis itself', 'jobs/s', short.redis),
      figure('    over the SDK', '×', over(short.redis, short.sdk)),
      figure('tail mix, live modifier, from limit 1: SDK', 'jobs/s', tail.sdk),
      figure('  Flyball, same gateway', 'jobs/s', tail.flyball),
      figure('    over the SDK', '×', over(tail.flyball, tail.sdk), '≥ 7'),
      figure(`tail mix, live modifier, from limit ${laterLimit}: SDK`, 'jobs/s', tail.sdkLater),
      figure('  Flyball, same gateway', 'jobs/s', tail.flyballLater),
      figure('    over the SDK', '×', over(tail.flyballLater, tail.sdkLater)),
    ],
    notes: [
      `SDK ${version}; handlers are async and sleep; jobs are stored before the clock starts; ratios are of runs side by side.`,
      `${shortMs} ms jobs: workers in turns, by the queue's own count over ${seconds} s. The gateway is on SQLite; the Redis keeps nothing on disk.`,
      `Tail mix: 95 % of 200 ms and 5 % of 5 s; all workers at once on one gateway, by their handlers' notes over ${tailSeconds} s after ${settleSeconds} s.`,
      'Live modifier: the example of the guide to concurrent handlers, up or down by 1 within 1 to 10 as a drawn rate says.',
      `The SDK asks it before each take, Flyball every 300 ms. Both begin at 1 as shipped, or at ${laterLimit}, where the walk is in the long run.`,
    ],
  },
  flags.json,
);

/** In turns: each has the processor for itself. */
async function shortJobs(): Promise<Rates<'sdk' | 'flyball' | 'redis'>> {
  const rates: Rates<'sdk' | 'flyball' | 'redis'> = { sdk: [], flyball: [], redis: [] };
  // What an ideal worker would do meanwhile.
  const jobs = ((limit * 1000) / shortMs) * (seconds + 2) * flags.runs;
  const open: Endpoint[] = [];
  try {
    const gateway = await openGateway(jobs, () => shortMs);
    open.push(gateway);
    const redis = await openRedis(jobs, () => shortMs);
    open.push(redis);
    for (let run = 0; run < flags.runs; run += 1) {
      rates.sdk.push(await turn(sdk, gateway, `sdk-${run}`));
      rates.flyball.push(await turn(flyball, gateway, `flyball-${run}`));
      rates.redis.push(await turn(flyball, redis, `redis-${run}`));
    }
  } finally {
    for (const endpoint of open) await endpoint.close();
  }
  return rates;
}

async function turn(start: StartWorker, endpoint: Endpoint, name: string): Promise<number> {
  const worker = await start({ endpoint, name, limit });
  try {
    return await jobsPerSecond({ endpoint, seconds, round: limit });
  } finally {
    await worker.stop();
  }
}

/** All at once: they hardly use the processor, and whatever else the machine does meets all of them alike. */
async function tailMix(): Promise<Rates<'sdk' | 'flyball' | 'sdkLater' | 'flyballLater'>> {
  const kinds = [
    { name: 'sdk', start: sdk, firstLimit: 1 },
    { name: 'sdkLater', start: sdk, firstLimit: laterLimit },
    { name: 'flyball', start: flyball, firstLimit: 1 },
    { name: 'flyballLater', start: flyball, firstLimit: laterLimit },
  ] as const;
  const rates: Rates<(typeof kinds)[number]['name']> = { sdk: [], sdkLater: [], flyball: [], flyballLater: [] };
  const random = new Random(1);
  // More than four workers can do, each with a limit of 10.
  const jobs = 100 * (tailSeconds + 4 * settleSeconds) * flags.runs;
  const gateway = await openGateway(jobs, () => (random.uniform() < 0.05 ? 5000 : 200));
  const workers: BenchWorker[] = [];
  try {
    for (let run = 0; run < flags.runs; run += 1) {
      for (const { name, start, firstLimit } of kinds) {
        workers.push(await start({ endpoint: gateway, name: `${name}-${run}`, firstLimit, notesEnds: true }));
      }
      const ended = await endsPerSecond({ endpoint: gateway, workers, settleSeconds, seconds: tailSeconds });
      for (const [index, { name }] of kinds.entries()) rates[name].push(ended[index] ?? Number.NaN);
      await Promise.all(workers.splice(0).map((worker) => worker.stop()));
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await gateway.close();
  }
  return rates;
}

function over(ours: readonly number[], theirs: readonly number[]): readonly number[] {
  return ours.map((rate, run) => rate / (theirs[run] ?? Number.NaN));
}

function sdkVersion(): string | undefined {
  if (python === '') return undefined;
  const asked = ['-c', "import importlib.metadata as m; print(m.version('runpod'))"];
  const { status, stdout } = spawnSync(python, asked, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
