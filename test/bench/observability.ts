import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import {
  createDecisionLog,
  createLog,
  createMetrics,
  openTracing,
  RecentDecisions,
  type Emit,
  type Metrics,
  type OpenTracing,
} from '#libs/observability';
import { benchFlags, figure, machine, publish, quantile, type Figure } from './harness.ts';
import { tellOfJob } from './told-job.ts';
import { eventsOfPeriod } from './told-period.ts';

// What being seen costs the worker's thread: of a period, of a job (metrics; with every job traced and logged; with tracing
// off) and of a scrape. Lines go to /dev/null, spans to a collector in a process of its own. Fails at twice a budget.
//   node --conditions=flyball-source test/bench/observability.ts [--runs 5] [--json FILE]

const flags = benchFlags([]);
const blocks = 200;
/** Spans of a job: send, receive, process, handler, settle. */
const spansOfJob = 5;
const folder = mkdtempSync(join(tmpdir(), 'flyball-bench-'));
const collector = fork(new URL('./otlp-sink.ts', import.meta.url));
const [{ port }] = (await once(collector, 'message')) as [{ port: number }];
// The exporters read the address themselves.
process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;
const traces = await openTracing({
  environment: { ...process.env, OTEL_TRACES_SAMPLER: 'always_on', OTEL_BSP_SCHEDULE_DELAY: '100' },
  version: '0',
  instance: 'bench',
  queue: 'bench',
  system: 'sqlite',
  wall: Date.now,
});
if (traces === undefined) throw new Error('tracing did not start');
const lines = pino.destination({ dest: '/dev/null', sync: false, maxLength: 4 * 2 ** 20 });
const log = createLog({ level: 'info', queue: 'bench', write: (line) => void lines.write(line) });
const decisionLog = createDecisionLog({ path: join(folder, 'decisions.jsonl') });
const decisions = new RecentDecisions();

const budgets: readonly (readonly [name: string, budgetUs: number, measure: () => Promise<number>])[] = [
  ['a period: metrics, log line, record, span', 50, periodUs],
  ['a job, metrics only', 2, () => jobUs([metricsOf().record], undefined)],
  ['a job, metrics and log line', Infinity, () => jobUs([metricsOf().record, log.record], undefined)],
  ['a job, traced and logged: its calls', 20, tracedJobUs],
  ['a job, traced and logged: all of the thread, exports too', Infinity, exportedJobUs],
  ['a job, with nobody told (what tracing off leaves)', Infinity, () => jobUs([], undefined)],
];

const figures: Figure[] = [];
const failed: string[] = [];
for (const [name, budget, measure] of budgets) {
  await measure();
  const runs: number[] = [];
  for (let run = 0; run < flags.runs; run += 1) runs.push(await measure());
  figures.push(figure(name, 'µs', runs, budget === Infinity ? undefined : `< ${budget} µs`));
  if (quantile(runs, 0.5) > 2 * budget) failed.push(name);
}
figures.push(...(await scrape()));
const spans = traces.spans();
await traces.close();
await decisionLog.close();
collector.disconnect();
rmSync(folder, { recursive: true });
publish(
  {
    bench: 'observability',
    machine: machine(),
    figures,
    notes: [
      `Medians of ${blocks} blocks a run; warm, called back to back.`,
      'a period: host and one device are read, the limit changes; the record goes to the ring and to the decision log.',
      'a job: send, take, admission, start, end, settle, finish; a deadline; exemplars where it is traced.',
      'exports: 500 jobs a second, CPU time of the thread above that of the same pace with nobody told.',
      `spans of the whole bench: ${spans.exported} exported, ${spans.dropped} dropped, ${spans.failed} failed.`,
    ],
  },
  flags.json,
);
if (failed.length > 0) {
  console.error(`twice over its budget: ${failed.join('; ')}`);
  process.exitCode = 1;
}

function metricsOf(spans?: OpenTracing['spans']): Metrics {
  return createMetrics({
    queue: 'bench',
    strategy: 'goodput',
    periodMs: 1000,
    version: '0',
    latencyTargetMs: 2000,
    telemetryOrder: ['nvml'],
    inFlight: () => 4,
    gateWaiting: () => 0,
    ...(spans && { spans }),
  });
}

function told(sinks: readonly Emit[]): Emit {
  return (event) => {
    for (const sink of sinks) sink(event);
  };
}

async function periodUs(): Promise<number> {
  const metrics = metricsOf();
  const emit = told([
    metrics.record,
    traces!.tracing.record,
    log.record,
    (event) => void (event.type === 'period' && decisionLog.write(event.record)),
    decisions.record,
  ]);
  let n = 0;
  const median = await blockMedian(20, async () => {
    for (const event of eventsOfPeriod(n)) emit(event);
    n += 1;
  });
  metrics.close();
  return median;
}

async function jobUs(sinks: readonly Emit[], tracing: OpenTracing['tracing'] | undefined): Promise<number> {
  const emit = told(sinks);
  return blockMedian(500, () => tellOfJob(emit, tracing));
}

/** Block after block, each only when the exporter's line has room for it: a span that is dropped costs less. */
async function tracedJobUs(): Promise<number> {
  const metrics = metricsOf(traces!.spans);
  const emit = told([metrics.record, traces!.tracing.record, log.record]);
  await emptied();
  const before = ended();
  let jobs = 0;
  const median = await blockMedian(
    50,
    () => tellOfJob(emit, traces!.tracing),
    async () => {
      jobs += 50;
      while (jobs * spansOfJob - (ended() - before) > 1500) await sleep(1);
    },
  );
  while (jobs * spansOfJob - (ended() - before) > 0) await sleep(10);
  metrics.close();
  return median;
}

/** What the measurement before this one left in the exporter's line is gone. */
async function emptied(): Promise<void> {
  for (let seen = -1; seen !== traces!.spans().exported;) {
    seen = traces!.spans().exported;
    await sleep(400);
  }
}

function ended(): number {
  const { exported, dropped, failed: lost } = traces!.spans();
  return exported + dropped + lost;
}

/** At a steady pace, so that spans are exported while jobs go on. */
async function exportedJobUs(): Promise<number> {
  const metrics = metricsOf(traces!.spans);
  const emit = told([metrics.record, traces!.tracing.record, log.record]);
  const paced = async (tell: () => Promise<void>): Promise<number> => {
    const start = process.threadCpuUsage();
    for (let beat = 0; beat < 300; beat += 1) {
      for (let each = 0; each < 5; each += 1) await tell();
      await sleep(10);
    }
    const { user, system } = process.threadCpuUsage(start);
    return (user + system) / (300 * 5);
  };
  const alone = await paced(() => tellOfJob(() => undefined, undefined));
  const all = await paced(() => tellOfJob(emit, traces!.tracing));
  metrics.close();
  return all - alone;
}

/** Median over blocks of the mean time of one call, µs. */
async function blockMedian(calls: number, call: () => Promise<void>, between = async () => {}): Promise<number> {
  const means: number[] = [];
  for (let block = 0; block < blocks; block += 1) {
    const start = performance.now();
    for (let each = 0; each < calls; each += 1) await call();
    means.push(((performance.now() - start) * 1000) / calls);
    await between();
  }
  return quantile(means.slice(blocks / 10), 0.5);
}

/** Of a worker with so many devices that there are 1,500 series; also the longest that the event loop stood still for it. */
async function scrape(): Promise<readonly Figure[]> {
  const firsts: number[] = [];
  const renders: number[] = [];
  const slices: number[] = [];
  let series = 0;
  for (let run = 0; run < flags.runs; run += 1) {
    const metrics = metricsOf(traces!.spans);
    metrics.record({ type: 'source-switched', source: 'nvml', cause: 'start' });
    for (let n = 0; n < 50; n += 1) {
      for (const event of eventsOfPeriod(n, 33)) metrics.record(event);
      await tellOfJob(metrics.record, traces!.tracing);
    }
    const timed = async (): Promise<number> => {
      const start = performance.now();
      series = (await metrics.render()).split('\n').filter((line) => line !== '' && !line.startsWith('#')).length;
      return performance.now() - start;
    };
    firsts.push(await timed());
    const own: number[] = [];
    for (let n = 0; n < 100; n += 1) own.push(await timed());
    renders.push(quantile(own, 0.5));
    slices.push(await longestSlice(() => metrics.render()));
    metrics.close();
  }
  if (quantile(renders, 0.5) > 20) failed.push('/metrics');
  const name = `/metrics, ${series} series`;
  return [
    figure(`${name}: the first`, 'ms', firsts),
    figure(name, 'ms', renders, '< 10 ms'),
    figure(`${name}: longest slice`, 'ms', slices, '≤ 5 ms'),
  ];
}

async function longestSlice(run: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let going = true;
  const look = (): void => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (going) setImmediate(look);
  };
  setImmediate(look);
  for (let n = 0; n < 50; n += 1) await run();
  going = false;
  return longest;
}
