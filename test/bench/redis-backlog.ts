import { randomUUID } from 'node:crypto';
import { openRedisQueue } from '#libs/queue';
import { startRedis } from '../fixtures/redis-server.ts';
import { benchFlags, figure, machine, publish, quantile } from './harness.ts';

// What a long queue costs: the p99 of one take while 1,000 jobs wait, and while a million do; and the memory of this process,
// which is gateway and worker in one.
//   node --conditions=flyball-source test/bench/redis-backlog.ts [--backlog 1000000] [--json FILE]

const flags = benchFlags(['backlog']);
const backlog = Number(flags.values['backlog'] ?? 1_000_000);
const few = 1000;
const rounds = 1500;
const policy = { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false };
const redis = await startRedis();
const queue = await openRedisQueue({
  url: redis.url,
  endpoint: 'bench',
  worker: 'bench',
  attempts: 3,
  limit: 10_000_000,
});
const never = new AbortController().signal;
try {
  await enqueue(few + rounds);
  await takes();
  await enqueue(rounds);
  const short = await takes();
  const before = memory();
  await enqueue(backlog);
  const depth = await queue.depth();
  await takes(200);
  const long: number[] = [];
  for (let run = 0; run < flags.runs; run += 1) long.push(await takes());
  const after = memory();
  publish(
    {
      bench: 'redis-backlog',
      machine: machine(),
      figures: [
        figure(`take p99, ${few} waiting`, 'ms', [short]),
        figure(`take p99, ${depth?.waiting} waiting`, 'ms', long, `≤ ${(2 * short).toFixed(2)} (twice that)`),
        figure('live heap before, after', 'MiB', [before.heap, after.heap], 'flat'),
        figure('resident memory before, after', 'MiB', [before.resident, after.resident]),
      ],
      notes: [
        `${rounds} takes of one job, each succeeded before the next; Redis without persistence on the same machine.`,
      ],
    },
    flags.json,
  );
} finally {
  await queue.close();
  await redis.close();
}

async function takes(count = rounds): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const start = performance.now();
    const [lease] = await queue.take(1, never);
    times.push(performance.now() - start);
    await lease?.succeed(n);
  }
  return quantile(times, 0.99);
}

async function enqueue(count: number): Promise<void> {
  for (let made = 0; made < count; made += 2000) {
    await Promise.all(
      Array.from({ length: Math.min(2000, count - made) }, () =>
        queue.enqueue({ id: randomUUID(), input: {}, extra: {}, policy, retention: 1_800_000 }),
      ),
    );
  }
}

/** MiB, after the garbage is gone. */
function memory(): { readonly heap: number; readonly resident: number } {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 2 ** 20, resident: rss / 2 ** 20 };
}
