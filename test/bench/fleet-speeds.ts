import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startCommand, type StandaloneProcess } from '../e2e/standalone-process.ts';
import { benchFlags, figure, machine, publish, type Figure } from './harness.ts';
import { openRedis } from './sdk/endpoint.ts';

// Two workers of different speed on one queue under backlog, each with the strategy it has by default: what each completes
// against what its plant could, and the limit each finds. Needs the build (npm run build) and a redis-server.
//   node --conditions=flyball-source test/bench/fleet-speeds.ts [--seconds 300] [--json FILE]

interface Course {
  readonly perSecond: number;
  /** One a second. */
  readonly limits: readonly number[];
}

const flags = benchFlags(['seconds']);
const seconds = Number(flags.values['seconds'] ?? 300);
const settleSeconds = 30;
const serviceMs = 300;
const servers = { fast: 8, slow: 4 } as const;
const speeds = servers.fast / servers.slow;

const { fast, slow } = await sideBySide();
const ratio = fast.perSecond / slow.perSecond;
publish(
  {
    bench: 'fleet-speeds',
    machine: machine(),
    figures: [
      ...figuresOf('fast', fast),
      ...figuresOf('slow', slow),
      figure('completions, fast over slow', '×', [ratio]),
      figure(`  over the ratio of their speeds, ${speeds}`, '×', [ratio / speeds], '0.8 … 1.2'),
    ],
    notes: [
      `Jobs of ${serviceMs} ms while a worker has a server for each; beyond, they share them. No deadline; always a backlog.`,
      `By each worker's own /metrics over ${seconds} s after ${settleSeconds} s of running in. One run; limits are looks, one a second.`,
    ],
  },
  flags.json,
);

function figuresOf(name: keyof typeof servers, { perSecond, limits }: Course): readonly Figure[] {
  const ideal = capacity(servers[name]);
  return [
    figure(`${name}, ${servers[name]} servers: completions`, 'jobs/s', [perSecond]),
    figure(`  over its capacity, ${ideal.toFixed(1)} jobs/s`, '', [perSecond / ideal]),
    figure(`  limit (knee ${servers[name]})`, 'jobs', limits),
  ];
}

/** Jobs a second with all servers busy. */
function capacity(count: number): number {
  return (count * 1000) / serviceMs;
}

async function sideBySide(): Promise<{ readonly fast: Course; readonly slow: Course }> {
  // Half as many again as both can do, and what they do while this waits.
  const jobs = 1.5 * capacity(servers.fast + servers.slow) * (settleSeconds + seconds + 10);
  const endpoint = await openRedis(jobs, () => serviceMs);
  const folder = mkdtempSync(join(tmpdir(), 'flyball-fleet-speeds-'));
  const workers: StandaloneProcess[] = [];
  const start = async (name: keyof typeof servers): Promise<StandaloneProcess> => {
    const handler = fileURLToPath(new URL('sdk/two-speeds.mjs', import.meta.url));
    const worker = await startCommand(['worker', handler], {
      ...endpoint.environment(name),
      SERVERS: `${servers[name]}`,
      QUEUE_OUTBOX: join(folder, name),
      TELEMETRY_GPU: 'none',
      DRAIN_TIMEOUT: '2s',
    });
    workers.push(worker);
    return worker;
  };
  try {
    const pair = [await start('fast'), await start('slow')] as const;
    await sleep(1000 * settleSeconds);
    const courses = await Promise.all([follow(pair[0]), follow(pair[1])]);
    // Of a queue that ran dry, the shares say who asked first.
    if ((await endpoint.counts()).inQueue === 0) throw new Error('no job waits any more: fill the queue with more');
    return { fast: courses[0], slow: courses[1] };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
    await endpoint.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function follow(worker: StandaloneProcess): Promise<Course> {
  const started = performance.now();
  const { finished: before } = await look(worker);
  const limits: number[] = [];
  let finished = before;
  for (let second = 1; second <= seconds; second += 1) {
    await sleep(started + 1000 * second - performance.now());
    const seen = await look(worker);
    finished = seen.finished;
    limits.push(seen.limit);
  }
  return { perSecond: (1000 * (finished - before)) / (performance.now() - started), limits };
}

async function look({ url }: StandaloneProcess): Promise<{ readonly finished: number; readonly limit: number }> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const value = (series: string): number => {
    const line = metrics.split('\n').find((each) => each.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1).split(' ')[0]);
  };
  return {
    finished: value('flyball_jobs_finished_total{queue="bench",status="succeeded"}'),
    limit: value('flyball_concurrency_limit{queue="bench"}'),
  };
}
