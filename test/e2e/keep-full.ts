import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

/** A client that keeps about `waiting` jobs in the queue, for so many seconds. */
export async function keepFull(options: {
  readonly url: string;
  readonly waiting: number;
  readonly input?: unknown;
  readonly seconds: number;
}): Promise<void> {
  const { url, waiting, input = {}, seconds } = options;
  const pool = new Pool(url, { connections: 8 });
  const end = performance.now() + 1000 * seconds;
  try {
    while (performance.now() < end) {
      const missing = waiting - (await inQueue(pool));
      await Promise.all(Array.from({ length: Math.max(0, missing) }, () => submit(pool, input)));
      await sleep(100);
    }
  } finally {
    await pool.destroy();
  }
}

async function inQueue(pool: Pool): Promise<number> {
  const { body } = await pool.request({ method: 'GET', path: '/v2/local/health' });
  const health = (await body.json()) as { readonly jobs: { readonly inQueue: number } };
  return health.jobs.inQueue;
}

async function submit(pool: Pool, input: unknown): Promise<void> {
  const { body } = await pool.request({
    method: 'POST',
    path: '/v2/local/run',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ input }),
  });
  await body.dump();
}
