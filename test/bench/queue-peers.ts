import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { startRedis } from '../fixtures/redis-server.ts';
import { bullmqRunner } from './bullmq/bullmq-runner.ts';
import { flyballRunner } from './bullmq/flyball-runner.ts';
import type { Runner, RunnerOptions } from './bullmq/runner.ts';
import { benchFlags, figure, machine, publish, quantile, type Figure } from './harness.ts';

// Our worker on the queue in Redis beside BullMQ's own, in turns on one Redis: jobs a second under backlog, no-op handler,
// limit 100; and how long a job waits for its start where there is room.
//   node --conditions=flyball-source test/bench/queue-peers.ts [--runs 5] [--jobs 20000] [--json FILE]

const flags = benchFlags(['jobs']);
const jobs = Number(flags.values['jobs'] ?? 20_000);
const limit = 100;
const collector = fork(new URL('./otlp-sink.ts', import.meta.url));
const [{ port }] = (await once(collector, 'message')) as [{ port: number }];
// The exporters read the address themselves.
process.env['OTEL_EXPORTER_OTLP_ENDPOINT'] = `http://127.0.0.1:${port}`;

const peers: Readonly<Record<string, (options: RunnerOptions) => Promise<Runner>>> = {
  BullMQ: bullmqRunner,
  'Flyball, 5 % traced': (options) => flyballRunner({ ...options, traced: 0.05 }),
  'Flyball, all traced': (options) => flyballRunner({ ...options, traced: 1 }),
};
const redis = await startRedis();
const perSecond: Record<string, number[]> = {};
const p99: Record<string, number[]> = {};
for (const name of Object.keys(peers)) [perSecond[name], p99[name]] = [[], []];
try {
  for (let run = -1; run < flags.runs; run += 1) {
    for (const [name, open] of Object.entries(peers)) {
      const rate = await throughput(open, `run-${run}-${Object.keys(peers).indexOf(name)}`);
      const late = await addedLatency(open, `late-${run}-${Object.keys(peers).indexOf(name)}`);
      // The first round only warms up.
      if (run < 0) continue;
      perSecond[name]?.push(rate);
      p99[name]?.push(late);
    }
  }
} finally {
  await redis.close();
  collector.disconnect();
}
const [base = []] = Object.values(perSecond);
const [baseLate = []] = Object.values(p99);
const figures: Figure[] = Object.keys(peers).flatMap((name) => {
  const own = perSecond[name] ?? [];
  const late = p99[name] ?? [];
  const ratio = own.map((rate, index) => rate / (base[index] ?? rate));
  const ratioLate = late.map((value, index) => value / (baseLate[index] ?? value));
  return [
    figure(`${name}: jobs a second`, '/s', own),
    ...(own === base ? [] : [figure('  over BullMQ', '', ratio, name.includes('5 %') ? '≥ 0.9' : undefined)]),
    figure(`${name}: enqueue to start, p99 at 200 jobs/s`, 'ms', late),
    ...(own === base ? [] : [figure('  over BullMQ', '', ratioLate, name.includes('5 %') ? '≤ 1.5' : undefined)]),
  ];
});
publish(
  {
    bench: 'peers',
    machine: machine(),
    figures,
    notes: [
      `${jobs} no-op jobs at limit ${limit}, stored before the clock starts; ratios are of runs side by side.`,
      'Flyball with metrics, a log line for each job and spans to a collector; BullMQ with nothing. Redis without persistence.',
    ],
  },
  flags.json,
);

async function throughput(open: (options: RunnerOptions) => Promise<Runner>, endpoint: string): Promise<number> {
  let left = jobs;
  const done = Promise.withResolvers<number>();
  const runner = await open({
    url: redis.url,
    endpoint,
    limit,
    async onJob() {
      left -= 1;
      if (left === 0) done.resolve(performance.now());
      return {};
    },
  });
  for (let sent = 0; sent < jobs; sent += 1000) await runner.enqueue(batch(Math.min(1000, jobs - sent)));
  const start = performance.now();
  runner.start();
  const seconds = ((await done.promise) - start) / 1000;
  await runner.close();
  return jobs / seconds;
}

async function addedLatency(open: (options: RunnerOptions) => Promise<Runner>, endpoint: string): Promise<number> {
  const waits: number[] = [];
  const runner = await open({
    url: redis.url,
    endpoint,
    limit,
    async onJob(input) {
      waits.push(performance.now() - (input as { readonly at: number }).at);
      return {};
    },
  });
  runner.start();
  await sleep(300);
  for (let sent = 0; sent < 600; sent += 1) {
    void runner.enqueue([{ id: randomUUID(), input: { at: performance.now() } }]);
    await sleep(5);
  }
  await sleep(300);
  await runner.close();
  return quantile(waits.slice(100), 0.99);
}

function batch(count: number): readonly { readonly id: string; readonly input: unknown }[] {
  return Array.from({ length: count }, () => ({ id: randomUUID(), input: {} }));
}
