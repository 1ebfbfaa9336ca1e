import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { aJob, takeOne } from '../../testing/queue-kit/subject.ts';
import { hasRedis, startRedis } from '../../../test/fixtures/redis-server.ts';
import { openRedisQueue } from './open.ts';

describe.skipIf(!hasRedis)('a queue in Redis with an outbox (skipped without redis-server)', () => {
  it('keeps a result that Redis cannot take, frees its slot, and tells it when Redis is back', async () => {
    const { server, open } = await set();
    const queue = await open();
    await queue.enqueue(aJob('a'));
    const lease = await takeOne(queue);
    await server.kill();
    const start = performance.now();
    await lease.succeed({ kept: true });
    expect(performance.now() - start).toBeLessThan(6000);
    expect(queue.outbox?.results).toBe(1);
    await server.start();
    await expect.poll(() => queue.outbox?.results, { timeout: 15_000 }).toBe(0);
    expect(await queue.get('a')).toMatchObject({ status: 'COMPLETED', output: { kept: true } });
  });

  it('tells it by the next process when this one ends meanwhile', async () => {
    const { server, open } = await set();
    const first = await open();
    await first.enqueue(aJob('a'));
    const lease = await takeOne(first);
    await server.kill();
    await lease.succeed('from before');
    await first.close();
    await server.start();
    const second = await open();
    await expect.poll(async () => (await second.get('a'))?.status, { timeout: 15_000 }).toBe('COMPLETED');
    expect(await second.get('a')).toMatchObject({ output: 'from before' });
  });

  it('gives several workers of one machine a folder each', async () => {
    const { open } = await set();
    const [one, two] = [await open(), await open()];
    await one.enqueue(aJob('a'));
    await one.enqueue(aJob('b'));
    await Promise.all([(await takeOne(one)).succeed(1), (await takeOne(two)).succeed(2)]);
    await expect.poll(() => one.counters()).toMatchObject({ completed: 2 });
  });
});

async function set() {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-outbox-'));
  const server = await startRedis(['--appendonly', 'yes', '--appendfsync', 'always']);
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    server,
    open: async () => {
      const options = { url: server.url, endpoint: 'test', worker: 'w1', attempts: 3, limit: 1000 };
      const queue = await openRedisQueue({ ...options, outbox: { folder } });
      onTestFinished(() => queue.close());
      return queue;
    },
  };
}
