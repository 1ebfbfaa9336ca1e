import runpodSdk from 'runpod-sdk';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, startGateway, type TestGateway } from './start-gateway.ts';
import { echo, startWorker, stopped, type TestWorker } from './test-worker.ts';

let gateway: TestGateway;
let workers: TestWorker[] = [];
const work = (...parameters: Parameters<typeof startWorker>): void => void workers.push(startWorker(...parameters));

beforeEach(async () => {
  gateway = await startGateway({ http: { apiKeys: [{ label: 'test', key: 'secret' }] } });
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
  await gateway.close();
});

function client() {
  const endpoint = runpodSdk('secret', { baseUrl: gateway.baseUrl }).endpoint('local');
  if (endpoint === null) throw new Error('no endpoint');
  return endpoint;
}

describe("RunPod's JavaScript client, by base URL alone", () => {
  it('runs, asks and runs in one call', async () => {
    work(gateway.queue, echo);
    const { id, status } = await client().run({ input: { name: 'x' } });
    expect(id).toMatch(/^[0-9a-f-]{36}-u1$/);
    expect(status).toBe('IN_QUEUE');
    const output = await client().runSync({ input: { name: 'y' } });
    expect(output).toMatchObject({ status: 'COMPLETED', output: { name: 'y' }, succeeded: true });
    expect(output.id).toMatch(/^sync-[0-9a-f-]{36}-u1$/);
    expect(await client().status(id)).toMatchObject({
      id,
      status: 'COMPLETED',
      output: { name: 'x' },
      succeeded: true,
    });
  });

  it('goes on waiting for a job that is longer than its wait', async () => {
    work(gateway.queue, async (lease) => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await lease.succeed('late');
    });
    const output = await client().runSync({ input: 1 }, 1_000);
    expect(output).toMatchObject({ started: true });
    expect(await client().statusSync(output.id)).toMatchObject({ status: 'COMPLETED', output: 'late' });
  });

  it('cancels, purges and reads health', async () => {
    const jobs = await Promise.all([1, 2, 3].map((input) => client().run({ input })));
    expect(await client().cancel(jobs[0]?.id ?? '')).toMatchObject({ status: 'CANCELLED' });
    expect(await client().health()).toMatchObject({ jobs: { inQueue: 2 }, workers: { idle: 1, ready: 1 } });
    expect(await client().purgeQueue()).toEqual({ removed: 2, status: 'completed' });
    expect(await client().health()).toMatchObject({ jobs: { inQueue: 0 } });
  });

  it('21: 1,000 chunks reach it once each, in order', async () => {
    work(gateway.queue, async (lease) => {
      for (let index = 0; index < 1_000; index += 1) await lease.chunk({ index });
      await lease.succeed([]);
    });
    const { id } = await client().run({ input: 1 });
    const seen: number[] = [];
    for await (const { output } of client().stream(id)) seen.push(output.index);
    expect(seen).toEqual(Array.from({ length: 1_000 }, (_, index) => index));
    expect(await call(gateway, 'GET', `stream/${id}`, undefined, key)).toMatchObject({
      body: { status: 'COMPLETED', stream: [] },
    });
  });

  it('22: its stream() makes < 30 requests in 1 s of a job that yields every 10 ms, < 1 when idle', async () => {
    const ends = new AbortController();
    work(gateway.queue, async (lease) => {
      if (lease.job.input === 'idle') await stopped(lease);
      while (!ends.signal.aborted && !lease.cancelled.aborted) {
        await lease.chunk('x');
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
      await lease.succeed([]);
    });
    const { id } = await client().run({ input: 'busy' });
    const { id: idle } = await client().run({ input: 'idle' });
    const reading = readAll(id);
    const idleReading = readAll(idle).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const inOneSecond = streamRequests();
    ends.abort();
    await reading;
    expect(inOneSecond).toBeLessThan(30);
    // That it reads on at all: a machine that does other work makes fewer.
    expect(inOneSecond).toBeGreaterThan(1);
    const before = streamRequests();
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(streamRequests() - before).toBe(0);
    await client().cancel(idle);
    await idleReading;
  });

  it('throws on a wrong key', async () => {
    const endpoint = runpodSdk('wrong', { baseUrl: gateway.baseUrl }).endpoint('local');
    await expect(endpoint?.health()).rejects.toThrow(/401/);
  });
});

const key = { authorization: 'secret' };

async function readAll(id: string): Promise<number> {
  let count = 0;
  for await (const item of client().stream(id)) count += item === undefined ? 0 : 1;
  return count;
}

function streamRequests(): number {
  return gateway.events.filter((event) => event.type === 'http-request' && event.operation === 'stream').length;
}
