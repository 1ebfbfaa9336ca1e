import { request } from 'undici';
import { afterEach, expect, it } from 'vitest';
import { scriptedWorker } from './scripted-worker.ts';
import { call, fleetWith, startGateway, type TestGateway } from './start-gateway.ts';

let gateway: TestGateway;

afterEach(async () => {
  await gateway.close();
});

it('a worker that calls is in /health, with its jobs and its version', async () => {
  const fleet = fleetWith();
  gateway = await startGateway({ fleet, http: { takeHold: 50 } });
  const worker = scriptedWorker(gateway);
  const workers = async () => (await call(gateway, 'GET', 'health')).body.workers;
  expect(await workers()).toMatchObject({ idle: 0, ready: 0, running: 0 });
  await worker.take();
  expect(await workers()).toMatchObject({ idle: 1, ready: 1, running: 0 });
  for (const input of [1, 2]) await call(gateway, 'POST', 'run', { input });
  const { body } = await worker.take(2);
  await worker.ping(...body.map(({ id }: { id: string }) => id));
  expect(await workers()).toMatchObject({ idle: 0, ready: 0, running: 1 });
  expect(await fleet.workers()).toEqual([
    { id: 'pod-1', kind: 'foreign', state: 'ready', inFlight: 2, version: '1.12.0' },
  ]);
  for (const { id } of body) await worker.done(id, { output: 1 });
  expect(await workers()).toMatchObject({ idle: 1, ready: 1, running: 0 });
});

it('27: 4 jobs in one worker: inProgress 4, running 1', async () => {
  gateway = await startGateway({ fleet: fleetWith() });
  for (let input = 0; input < 5; input += 1) await call(gateway, 'POST', 'run', { input });
  await scriptedWorker(gateway).take(4);
  expect((await call(gateway, 'GET', 'health')).body).toEqual({
    jobs: { completed: 0, failed: 0, inProgress: 4, inQueue: 1, retried: 0 },
    workers: { idle: 0, initializing: 0, ready: 0, running: 1, throttled: 0, unhealthy: 0 },
  });
});

it.each([
  [() => 7.9, 200, '7'],
  [() => 0.2, 200, '1'],
  [() => undefined, 404, expect.stringContaining('runs no jobs')],
])('/concurrency is one integer, or 404 where no jobs are run', async (concurrency, status, text) => {
  gateway = await startGateway({ concurrency });
  const answer = await request(`http://127.0.0.1:${gateway.port}/concurrency`);
  expect([answer.statusCode, await answer.body.text()]).toEqual([status, text]);
});

it('/concurrency takes the keys of workers', async () => {
  const http = { apiKeys: [{ label: 'app', key: 'client' }], adminKeys: [{ label: 'ops', key: 'admin' }] };
  gateway = await startGateway({ concurrency: () => 3, http });
  const ask = async (authorization: string): Promise<number> => {
    const answer = await request(`http://127.0.0.1:${gateway.port}/concurrency`, { headers: { authorization } });
    await answer.body.dump();
    return answer.statusCode;
  };
  expect([await ask('client'), await ask('admin')]).toEqual([401, 200]);
});
