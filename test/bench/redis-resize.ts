import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Window } from '#libs/core';
import { createHandler } from '#libs/handlers';
import { openRedisQueue } from '#libs/queue';
import { systemClock } from '#libs/runtime';
import { Gate } from '../../libs/runtime/gate.ts';
import { WorkerLoop } from '../../libs/runtime/worker-loop.ts';
import { startRedis } from '../fixtures/redis-server.ts';
import { benchFlags, figure, machine, publish, quantile } from './harness.ts';

// From raising the limit from 10 to 100 under jobs of 2 s to the first extra job's start, and to the last, beside the round trip
// of one claim. BullMQ's own setter applies a raise when a running job ends.
//   node --conditions=flyball-source test/bench/redis-resize.ts [--runs 5] [--json FILE]

const flags = benchFlags([]);
const first: number[] = [];
const last: number[] = [];
const claim: number[] = [];
const redis = await startRedis();
for (let run = 0; run < flags.runs; run += 1) {
  const queue = await openRedisQueue({
    url: redis.url,
    endpoint: `bench-${run}`,
    worker: 'bench',
    attempts: 3,
    limit: 10_000_000,
    watches: false,
  });
  const policy = { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false };
  await Promise.all(
    Array.from({ length: 1000 }, () =>
      queue.enqueue({ id: randomUUID(), input: {}, extra: {}, policy, retention: 60_000 }),
    ),
  );
  const starts: number[] = [];
  const handler = createHandler(
    {
      async handler() {
        starts.push(performance.now());
        await sleep(2000);
        return {};
      },
    },
    { workerId: 'bench', endpointId: 'bench' },
    () => undefined,
  );
  await handler.start(new AbortController().signal);
  const clock = systemClock();
  const gate = new Gate(10, clock);
  const loop = new WorkerLoop({
    source: queue,
    handler,
    gate,
    window: new Window(),
    clock,
    emit: () => undefined,
    attempts: 3,
    latencyTarget: undefined,
  });
  loop.start();
  await sleep(500);
  const asked = performance.now();
  const leases = await queue.take(1, new AbortController().signal);
  claim.push(performance.now() - asked);
  await Promise.all(leases.map((lease) => lease.giveBack()));
  starts.length = 0;
  const raised = performance.now();
  gate.resize(100);
  await sleep(500);
  first.push((starts[0] ?? Infinity) - raised);
  last.push((starts[89] ?? Infinity) - raised);
  await loop.drain(0);
  await queue.close();
}
await redis.close();
const claimMs = quantile(claim, 0.5);
publish(
  {
    bench: 'redis-resize',
    machine: machine(),
    figures: [
      figure('one claim round trip', 'ms', claim),
      figure('raise 10 → 100 → first extra job starts', 'ms', first, `≤ ${(claimMs + 1).toFixed(2)} (claim + 1)`),
      figure('raise 10 → 100 → all ninety started', 'ms', last),
    ],
    notes: ['Jobs of 2 s under backlog; claim: one take(1) beside the running loop, given back afterwards.'],
  },
  flags.json,
);
