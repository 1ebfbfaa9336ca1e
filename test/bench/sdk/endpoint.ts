import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRedisQueue, openSqliteQueue, type Queue } from '#libs/queue';
import { workerEnvironment } from '#libs/runpod';
import { startRedis } from '../../fixtures/redis-server.ts';
import { startCommand } from '../../e2e/standalone-process.ts';

/** A queue full of jobs, for workers that are processes of their own. */
export interface Endpoint {
  /** By which a worker of this name works for it. */
  environment(worker: string): Readonly<Record<string, string>>;
  /** Jobs that have ended well so far, and that wait. */
  counts(): Promise<{ readonly completed: number; readonly inQueue: number }>;
  close(): Promise<void>;
}

const id = 'bench';
const options = { endpoint: id, worker: 'client', attempts: 3, limit: 10_000_000 };
const policy = { executionTimeout: 600_000, ttl: 86_400_000, lowPriority: false };
const batch = 500;

/** A gateway on a file that has the jobs already, each as long as `ms` says; its workers come by RunPod's protocol. */
export async function openGateway(jobs: number, ms: () => number): Promise<Endpoint> {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-sdk-bench-'));
  const path = join(folder, 'queue.db');
  const queue = await openSqliteQueue({ ...options, path });
  await fill(queue, jobs, ms);
  await queue.close();
  const gateway = await startCommand(['gateway'], {
    QUEUE_URL: `sqlite:${path}`,
    QUEUE_LIMIT: `${options.limit}`,
    ENDPOINT_ID: id,
    LOG_LEVEL: 'warn',
  });
  return {
    environment(worker) {
      const block = workerEnvironment({ url: gateway.url, endpoint: id, worker, key: 'any' });
      const pairs = [...block.matchAll(/^(\w+)='?(.*?)'?$/gm)].map(([, key = '', value = '']) => [key, value] as const);
      return { ...Object.fromEntries(pairs), QUEUE_URL: 'runpod:', ENDPOINT_ID: id };
    },
    async counts() {
      const answer = await fetch(`${gateway.url}/v2/${id}/health`, { signal: AbortSignal.timeout(10_000) });
      return ((await answer.json()) as { readonly jobs: Awaited<ReturnType<Endpoint['counts']>> }).jobs;
    },
    async close() {
      await gateway.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The jobs in a Redis without persistence, where workers take them themselves. */
export async function openRedis(jobs: number, ms: () => number): Promise<Endpoint> {
  const redis = await startRedis();
  const queue = await openRedisQueue({ ...options, url: redis.url, watches: false });
  await fill(queue, jobs, ms);
  return {
    environment: () => ({ QUEUE_URL: redis.url, ENDPOINT_ID: id }),
    async counts() {
      const { completed, waiting } = await queue.counters();
      return { completed, inQueue: waiting };
    },
    async close() {
      await queue.close();
      await redis.close();
    },
  };
}

async function fill(queue: Queue, jobs: number, ms: () => number): Promise<void> {
  for (let left = jobs; left > 0; left -= batch) {
    const some = Array.from({ length: Math.min(batch, left) }, () => ({ id: randomUUID(), input: { ms: ms() } }));
    await Promise.all(some.map((job) => queue.enqueue({ ...job, extra: {}, policy, retention: 60_000 })));
  }
}
