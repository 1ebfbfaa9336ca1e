import pino from 'pino';
import { Window } from '#libs/core';
import { createHandler } from '#libs/handlers';
import { createLog, createMetrics, openTracing } from '#libs/observability';
import { openRedisQueue } from '#libs/queue';
import { systemClock } from '#libs/runtime';
import { Gate } from '../../../libs/runtime/gate.ts';
import { WorkerLoop } from '../../../libs/runtime/worker-loop.ts';
import type { Runner, RunnerOptions } from './runner.ts';

/** Our worker on the queue in Redis, with all that watches it: metrics, log lines, and traces at the share asked for. */
export async function flyballRunner(options: RunnerOptions & { readonly traced: number }): Promise<Runner> {
  const { url, endpoint, limit, onJob, traced } = options;
  const queue = await openRedisQueue({
    url,
    endpoint,
    worker: 'bench',
    attempts: 3,
    limit: 10_000_000,
    watches: false,
  });
  const clock = systemClock();
  const gate = new Gate(limit, clock);
  const handler = createHandler(
    { handler: async (job: { readonly input: unknown }) => onJob(job.input) },
    { workerId: 'bench', endpointId: endpoint },
    () => undefined,
  );
  await handler.start(new AbortController().signal);
  const traces = await openTracing({
    environment: {
      ...process.env,
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: String(traced),
    },
    version: '0',
    instance: 'bench',
    queue: endpoint,
    system: 'redis',
    wall: Date.now,
  });
  const metrics = createMetrics({
    queue: endpoint,
    strategy: 'fixed',
    periodMs: 1000,
    version: '0',
    inFlight: () => gate.inFlight,
    gateWaiting: () => 0,
  });
  const lines = pino.destination({ dest: '/dev/null', sync: false, maxLength: 4 * 2 ** 20 });
  const log = createLog({ level: 'info', queue: endpoint, write: (line) => void lines.write(line) });
  const loop = new WorkerLoop({
    source: queue,
    handler,
    gate,
    window: new Window(),
    clock,
    emit(event) {
      metrics.record(event);
      traces?.tracing.record(event);
      log.record(event);
    },
    attempts: 3,
    latencyTarget: undefined,
    tracing: traces?.tracing,
  });
  return {
    async enqueue(inputs) {
      const policy = { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false };
      await Promise.all(
        inputs.map(({ id, input }) => queue.enqueue({ id, input, extra: {}, policy, retention: 1_800_000 })),
      );
    },
    start: () => loop.start(),
    async close() {
      await loop.drain(0);
      await queue.close();
      await traces?.close();
      metrics.close();
    },
  };
}
