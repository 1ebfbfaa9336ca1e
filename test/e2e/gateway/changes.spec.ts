import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WorkerReport } from '#libs/queue';
import { call, fleetWith, startGateway, type Answer, type TestGateway } from './start-gateway.ts';
import { failed, startWorker, stopped, type TestWorker } from './test-worker.ts';

let gateway: TestGateway;
let worker: TestWorker | undefined;

beforeEach(async () => {
  gateway = await startGateway({ fleet: fleetWith(ready('a', 0), ready('b', 0), ready('c', 4)) });
});

afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await gateway.close();
});

const ready = (id: string, inFlight: number): WorkerReport => ({ id, kind: 'flyball', state: 'ready', inFlight });
const run = async (input: unknown): Promise<string> => (await call(gateway, 'POST', 'run', { input })).body.id;

async function runningJobs(count: number): Promise<void> {
  while ((await gateway.queue.counters()).leased < count) await new Promise((resolve) => setImmediate(resolve));
}

describe('25: /cancel', () => {
  const timedCancel = async (id: string): Promise<Answer> => {
    const start = performance.now();
    const answer = await call(gateway, 'POST', `cancel/${id}`);
    expect(performance.now() - start).toBeLessThan(3_000);
    return answer;
  };

  it('of a queued job removes it', async () => {
    const id = await run(1);
    const { status, body } = await timedCancel(id);
    expect([status, body]).toEqual([200, { id, status: 'CANCELLED', delayTime: 0, executionTime: 0 }]);
    expect((await gateway.queue.counters()).waiting).toBe(0);
  });

  it('of a running job is CANCELLED at once and sends the stop', async () => {
    let stops = 0;
    worker = startWorker(gateway.queue, async (lease) => {
      await stopped(lease);
      stops += 1;
      await lease.succeed('too late');
    });
    const id = await run(1);
    await runningJobs(1);
    expect(await timedCancel(id)).toMatchObject({
      status: 200,
      body: { id, status: 'CANCELLED', delayTime: expect.any(Number), executionTime: expect.any(Number) },
    });
    await worker.stop();
    expect(stops).toBe(1);
    expect((await call(gateway, 'GET', `status/${id}`)).body).toMatchObject({ status: 'CANCELLED' });
  });

  it('of a final job answers its true status, of an unknown one 404', async () => {
    worker = startWorker(gateway.queue, (lease) => lease.succeed(1));
    const { body } = await call(gateway, 'POST', 'runsync', { input: 1 });
    expect(await timedCancel(body.id)).toMatchObject({ status: 200, body: { status: 'COMPLETED' } });
    expect(await timedCancel('nobody')).toMatchObject({ status: 404, body: { error: expect.any(String) } });
  });
});

describe('26: /retry and /purge-queue', () => {
  it('/retry keeps id and input and drops output and chunks', async () => {
    const seen: unknown[] = [];
    worker = startWorker(gateway.queue, async (lease) => {
      seen.push([lease.job.id, lease.job.input]);
      if (seen.length > 1) return await lease.succeed('second');
      await lease.chunk('old');
      await lease.fail({ ...failed, output: 'first' });
    });
    const id = await run({ x: 1 });
    expect((await call(gateway, 'GET', `status-sync/${id}`)).body).toMatchObject({ status: 'FAILED', output: 'first' });
    expect(await call(gateway, 'POST', `retry/${id}`)).toMatchObject({ status: 200, body: { id, status: 'IN_QUEUE' } });
    const { body } = await call(gateway, 'GET', `status-sync/${id}`);
    expect(body).toMatchObject({ id, status: 'COMPLETED', output: 'second' });
    expect(body).not.toHaveProperty('error');
    expect((await call(gateway, 'GET', `stream/${id}`)).body.stream).toEqual([]);
    expect(seen).toEqual([
      [id, { x: 1 }],
      [id, { x: 1 }],
    ]);
  });

  it('/retry of what is not FAILED or TIMED_OUT is 400, of an unknown job 404', async () => {
    const id = await run(1);
    const queued = await call(gateway, 'POST', `retry/${id}`);
    expect([queued.status, queued.body.error]).toEqual([400, expect.stringMatching(/IN_QUEUE/)]);
    worker = startWorker(gateway.queue, (lease) => lease.succeed(1));
    await call(gateway, 'GET', `status-sync/${id}`);
    expect((await call(gateway, 'POST', `retry/${id}`)).status).toBe(400);
    expect((await call(gateway, 'POST', 'retry/nobody')).status).toBe(404);
  });

  it('/purge-queue ends queued jobs CANCELLED and leaves running ones alone', async () => {
    let finish = (): void => {};
    const held = new Promise<void>((resolve) => (finish = resolve));
    worker = startWorker(
      gateway.queue,
      async (lease) => {
        await held;
        await lease.succeed('went on');
      },
      1,
    );
    const running = await run('running');
    await runningJobs(1);
    const queued = [await run(1), await run(2)];
    expect((await call(gateway, 'POST', 'purge-queue')).body).toEqual({ removed: 2, status: 'completed' });
    for (const id of queued) expect((await call(gateway, 'GET', `status/${id}`)).body.status).toBe('CANCELLED');
    finish();
    expect((await call(gateway, 'GET', `status-sync/${running}`)).body.output).toBe('went on');
  });
});

it('27: 4 jobs in one worker: inProgress 4, running 1; idle counts in idle and ready', async () => {
  worker = startWorker(gateway.queue, stopped, 4);
  for (let input = 0; input < 5; input += 1) await run(input);
  await runningJobs(4);
  expect((await call(gateway, 'GET', 'health')).body).toEqual({
    jobs: { completed: 0, failed: 0, inProgress: 4, inQueue: 1, retried: 0 },
    workers: { idle: 2, initializing: 0, ready: 2, running: 1, throttled: 0, unhealthy: 0 },
  });
  await call(gateway, 'POST', 'purge-queue');
});
