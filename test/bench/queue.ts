import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { NewJob, Queue } from '#libs/queue';
import { openSqliteQueue } from '#libs/queue';
import { benchFlags, figure, machine, publish, quantile, type Figure } from './harness.ts';

// The embedded queue: enqueue + claim + ack by many callers at once, and the latency of a claim beside a long queue.
//   node --conditions=flyball-source test/bench/queue.ts [--runs 5] [--jobs 30000] [--ids ordered|random]
//     [--backlog 1000000] [--dir DIR] [--json FILE]

const flags = benchFlags(['jobs', 'ids', 'backlog', 'dir']);
const jobs = Number(flags.values['jobs'] ?? 30_000);
const backlog = Number(flags.values['backlog'] ?? 0);
const ordered = flags.values['ids'] !== 'random';
const root = flags.values['dir'] ?? tmpdir();

const figures: Figure[] = [];
for (const synchronous of ['FULL', 'NORMAL'] as const) {
  for (const callers of [100, 1000]) {
    const target = synchronous === 'FULL' ? '≥ 20000' : '≥ 80000';
    figures.push(...(await throughput(synchronous, callers, target)));
  }
}
for (const waiting of backlog > 0 ? [1000, backlog] : [1000]) figures.push(...(await claims(waiting)));

publish(
  {
    bench: 'queue',
    machine: machine(),
    figures,
    notes: [
      `jobs/s: each caller repeats enqueue, take(1), succeed, each awaited; ${jobs} jobs a run, input and output of 20 bytes.`,
      'claim: from the call of take(1) to its lease; "alone": one call at a time beside a queue of that length.',
      'Checkpoints ran meanwhile, in their thread; their disk time is in the figures.',
      ordered
        ? 'Ids begin with the time, so that the index of ids grows at its end.'
        : 'Ids are random, so that each one dirties a page of its index.',
      'Other work shared the cores if the load averages say so.',
    ],
  },
  flags.json,
);

async function throughput(synchronous: 'FULL' | 'NORMAL', callers: number, target: string): Promise<readonly Figure[]> {
  const rates: number[] = [];
  const p50: number[] = [];
  const p99: number[] = [];
  const delays: number[] = [];
  const cpuUs: number[] = [];
  for (let run = 0; run < flags.runs; run += 1) {
    await withQueue(synchronous, async (queue) => {
      await turn(queue, callers, 2000, []);
      const claimMs: number[] = [];
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const cpu = process.cpuUsage();
      const started = performance.now();
      await turn(queue, callers, jobs, claimMs);
      rates.push((jobs / (performance.now() - started)) * 1000);
      const { user, system } = process.cpuUsage(cpu);
      cpuUs.push((user + system) / jobs);
      delay.disable();
      delays.push(delay.percentile(99) / 1e6);
      p50.push(quantile(claimMs, 0.5));
      p99.push(quantile(claimMs, 0.99));
    });
  }
  const name = `${synchronous}, ${callers} callers`;
  return [
    figure(`${name}: enqueue + claim + ack`, 'jobs/s', rates, target),
    figure(`${name}: CPU of all threads`, 'µs/job', cpuUs),
    figure(`${name}: claim p50`, 'ms', p50),
    figure(`${name}: claim p99`, 'ms', p99),
    figure(`${name}: event loop p99 (5 ms timer)`, 'ms', delays),
  ];
}

async function turn(queue: Queue, callers: number, count: number, claimMs: number[]): Promise<void> {
  let left = count;
  const caller = async (): Promise<void> => {
    const never = new AbortController().signal;
    while (left > 0) {
      left -= 1;
      await queue.enqueue(newJob());
      const asked = performance.now();
      const [lease] = await queue.take(1, never);
      claimMs.push(performance.now() - asked);
      await lease?.succeed({ text: 'recognised' });
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

async function claims(waiting: number): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const synchronous of ['FULL', 'NORMAL'] as const) {
    await withQueue(synchronous, async (queue) => {
      for (let sent = 0; sent < waiting; sent += 1000) {
        await Promise.all(Array.from({ length: Math.min(1000, waiting - sent) }, () => queue.enqueue(newJob())));
      }
      // The log of filling is caught up with, so that only the claims' own disk time is read.
      await new Promise((resolve) => setTimeout(resolve, waiting > 10_000 ? 8000 : 1500));
      const runs = Array.from({ length: flags.runs }, () => [] as number[]);
      for (const claimMs of runs) await turn(queue, 1, 2000, claimMs);
      const depthUs: number[] = [];
      for (const _ of runs) {
        const started = performance.now();
        for (let call = 0; call < 1000; call += 1) await queue.depth();
        depthUs.push(performance.now() - started);
      }
      const name = `${synchronous}, ${waiting} waiting`;
      figures.push(
        figure(
          `${name}: claim p50, alone`,
          'ms',
          runs.map((run) => quantile(run, 0.5)),
        ),
        figure(
          `${name}: claim p99, alone`,
          'ms',
          runs.map((run) => quantile(run, 0.99)),
          '< 1',
        ),
        figure(`${name}: depth()`, 'µs', depthUs, '< 20'),
        figure(`${name}: resident memory`, 'MiB', [process.memoryUsage.rss() / 2 ** 20]),
      );
    });
  }
  return figures;
}

async function withQueue(synchronous: 'FULL' | 'NORMAL', use: (queue: Queue) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(root, 'flyball-bench-'));
  try {
    const path = join(directory, 'queue.db');
    const queue = await openSqliteQueue({
      path,
      endpoint: 'bench',
      worker: 'w1',
      attempts: 3,
      limit: 1e9,
      synchronous,
    });
    try {
      await use(queue);
    } finally {
      await queue.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function newJob(): NewJob {
  return {
    id: newId(),
    input: { image: 'page-1.png' },
    extra: {},
    policy: { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false },
    retention: 1_800_000,
  };
}

/** 43 characters, as the gateway's; ordered ones begin with the time, as UUID version 7 does. */
function newId(): string {
  const random = randomBytes(16).toString('hex');
  return `${ordered ? `${Date.now().toString(16).padStart(12, '0')}${random.slice(12)}` : random}-000-u1`;
}
