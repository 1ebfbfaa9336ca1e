import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request } from 'undici';
import { call, startGateway, type TestGateway } from './start-gateway.ts';
import { echo, startWorker, type TestWorker } from './test-worker.ts';

let gateway: TestGateway;
let worker: TestWorker | undefined;

beforeEach(async () => {
  gateway = await startGateway();
});

afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await gateway.close();
});

describe('18: results live', () => {
  const minute = 60_000;

  it.each([
    ['run', 30 * minute],
    ['runsync', minute],
    ['runsync?wait=120000', 2 * minute],
    ['runsync?wait=300000', 5 * minute],
    ['runsync?wait=900000', 5 * minute],
  ])('of /%s for %d ms, then 404', async (path, lifeMs) => {
    worker = startWorker(gateway.queue, echo);
    const { body } = await call(gateway, 'POST', path, { input: 1 });
    await call(gateway, 'GET', `status-sync/${body.id}`);
    await gateway.jump(lifeMs - 5_000);
    expect((await call(gateway, 'GET', `status/${body.id}`)).status).toBe(200);
    await gateway.jump(10_000);
    expect((await call(gateway, 'GET', `status/${body.id}`)).status).toBe(404);
  });
});

describe('19: waits', () => {
  it('wait=1000 on a stuck job answers in 1–2 s with id and status', async () => {
    const start = performance.now();
    const { status, body } = await call(gateway, 'POST', 'runsync?wait=1000', { input: 1 });
    expect(performance.now() - start).toBeGreaterThan(990);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect([status, body]).toEqual([200, { id: body.id, status: 'IN_QUEUE' }]);
    const again = performance.now();
    expect((await call(gateway, 'POST', `status-sync/${body.id}?wait=1`)).body.status).toBe('IN_QUEUE');
    expect(performance.now() - again).toBeGreaterThan(990);
  });

  it('an end answers at once', async () => {
    const waiting = call(gateway, 'POST', 'runsync', { input: 'x' });
    await sleep(100);
    const start = performance.now();
    worker = startWorker(gateway.queue, echo);
    expect((await waiting).body.output).toBe('x');
    expect(performance.now() - start).toBeLessThan(500);
  });

  it('a closed /runsync keeps its job', async () => {
    const leaving = new AbortController();
    const waiting = request(`${gateway.baseUrl}/local/runsync`, {
      method: 'POST',
      body: '{"input":"kept"}',
      signal: leaving.signal,
    });
    while ((await gateway.queue.counters()).waiting === 0) await sleep(5);
    leaving.abort();
    await expect(waiting).rejects.toThrow(/abort/);
    let seen: unknown;
    worker = startWorker(gateway.queue, async (lease) => {
      seen = lease.job.input;
      await echo(lease);
    });
    while ((await gateway.queue.counters()).completed === 0) await sleep(5);
    expect(seen).toBe('kept');
    expect(gateway.events).toContainEqual(expect.objectContaining({ operation: 'runsync', status: 499 }));
  });

  it('a server that shuts down answers those who wait', async () => {
    const other = await startGateway();
    const waiting = call(other, 'POST', 'runsync', { input: 1 });
    while ((await other.queue.counters()).waiting === 0) await sleep(5);
    await other.close();
    expect((await waiting).body.status).toBe('IN_QUEUE');
  });
});
