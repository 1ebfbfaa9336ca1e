import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseRecord, type DecisionRecord } from '#libs/core';
import { markProcesses } from '../fixtures/marked-processes.ts';
import { keepFull } from './keep-full.ts';
import { startProcess } from './standalone-process.ts';

export interface HangRun {
  /** Of the worker: TELEMETRY_GPU, PATH, strategy. */
  readonly environment: Readonly<Record<string, string>>;
  readonly seconds: number;
}

export interface HangFigures {
  readonly jobsPerSecond: number;
  /** Upper edge of the histogram's bucket that holds the 99th percentile, ms. */
  readonly loopDelayP99Ms: number;
  /** Processes of this run: at the start, at most, and after the worker was told to stop. */
  readonly processes: { readonly first: number; readonly most: number; readonly left: number };
  readonly records: readonly DecisionRecord[];
  readonly metrics: string;
}

const warmUpSeconds = 3;

/** A worker kept full of jobs of 50 ms, while its telemetry does what the environment makes it do. */
export async function hangRun({ environment, seconds }: HangRun): Promise<HangFigures> {
  const folder = await mkdtemp(join(tmpdir(), 'flyball-hang-'));
  const mark = markProcesses();
  const decisionLog = join(folder, 'decisions.jsonl');
  try {
    const worker = await startProcess('test/fixtures/handlers/many.mjs', {
      QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
      DECISION_LOG: decisionLog,
      DRAIN_TIMEOUT: '1s',
      ...mark.environment,
      ...environment,
    });
    const load = keepFull({ url: worker.url, waiting: 200, input: { sleep: 50 }, seconds: seconds + warmUpSeconds });
    await sleep(1000 * warmUpSeconds);
    const first = mark.pids().length;
    const before = await scrape(worker.url);
    const start = performance.now();
    let most = first;
    while (performance.now() - start < 1000 * seconds) {
      await sleep(500);
      most = Math.max(most, mark.pids().length);
    }
    const metrics = await scrape(worker.url);
    const jobsPerSecond = (finished(metrics) - finished(before)) / ((performance.now() - start) / 1000);
    await load;
    await worker.stop();
    const records = (await readFile(decisionLog, 'utf8')).trimEnd().split('\n').map(parseRecord);
    return {
      jobsPerSecond,
      loopDelayP99Ms: loopDelayP99(metrics, before),
      processes: { first, most, left: mark.pids().length },
      records,
      metrics,
    };
  } finally {
    for (const pid of mark.pids()) process.kill(pid, 'SIGKILL');
    await rm(folder, { recursive: true, force: true });
  }
}

async function scrape(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

function finished(metrics: string): number {
  return valueOf(metrics, 'flyball_jobs_finished_total{queue="local",status="succeeded"}');
}

function loopDelayP99(metrics: string, before: string): number {
  const buckets = [...metrics.matchAll(/^flyball_eventloop_delay_seconds_bucket\{le="([^"]+)"\} (\d+)/gm)].map(
    ([, edge = '', count]) => {
      const earlier = valueOf(before, `flyball_eventloop_delay_seconds_bucket{le="${edge}"}`);
      return { edge: edge === '+Inf' ? Infinity : Number(edge), count: Number(count) - earlier };
    },
  );
  const all = buckets.at(-1)?.count ?? 0;
  return 1000 * (buckets.find(({ count }) => count >= 0.99 * all)?.edge ?? Infinity);
}

function valueOf(metrics: string, series: string): number {
  const line = metrics.split('\n').find((each) => each.startsWith(`${series} `));
  return Number(line?.slice(series.length + 1).split(' ')[0] ?? 0);
}
