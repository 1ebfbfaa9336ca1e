import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { call, startGateway, type TestGateway } from './start-gateway.ts';
import { startWorker, stopped, type TestWorker } from './test-worker.ts';

let gateway: TestGateway;
let workers: TestWorker[] = [];
const work = (...parameters: Parameters<typeof startWorker>): void => void workers.push(startWorker(...parameters));

beforeEach(async () => {
  gateway = await startGateway();
});

afterEach(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  workers = [];
  await gateway.close();
});

async function run(input: unknown = 1): Promise<string> {
  return (await call(gateway, 'POST', 'run', { input })).body.id;
}

interface Streamed {
  readonly outputs: readonly unknown[];
  readonly statuses: readonly string[];
}

/** Polls as the clients do, until a final status. */
async function drain(id: string): Promise<Streamed> {
  const outputs: unknown[] = [];
  const statuses: string[] = [];
  for (;;) {
    const { body } = await call(gateway, 'GET', `stream/${id}`);
    outputs.push(...body.stream.map((item: { output: unknown }) => item.output));
    statuses.push(body.status);
    if (body.status !== 'IN_QUEUE' && body.status !== 'IN_PROGRESS') return { outputs, statuses };
  }
}

it('20: `stream` is present while queued, running, final and cancelled', async () => {
  const queued = await run('done');
  expect((await call(gateway, 'GET', `stream/${queued}?wait=50`)).body).toEqual({ status: 'IN_QUEUE', stream: [] });
  const cancelled = await run('never');
  await call(gateway, 'POST', `cancel/${cancelled}`);
  expect((await call(gateway, 'GET', `stream/${cancelled}`)).body).toEqual({ status: 'CANCELLED', stream: [] });
  work(gateway.queue, async (lease) => {
    if (lease.job.input === 'held') await stopped(lease);
    else await lease.succeed(1);
  });
  expect(await drain(queued)).toMatchObject({ outputs: [], statuses: ['COMPLETED'] });
  expect((await call(gateway, 'GET', `stream/${queued}`)).body).toEqual({ status: 'COMPLETED', stream: [] });
  const held = await run('held');
  await sleep(50);
  expect((await call(gateway, 'GET', `stream/${held}?wait=10`)).body).toEqual({ status: 'IN_PROGRESS', stream: [] });
});

describe('21: chunks', () => {
  it('a response cut before it is out loses none', async () => {
    const chunks = Array.from({ length: 60 }, (_, index) => ({ index, fill: 'x'.repeat(100_000) }));
    work(gateway.queue, async (lease) => {
      for (const chunk of chunks) await lease.chunk(chunk);
      await lease.succeed([]);
    });
    const id = await run();
    await call(gateway, 'GET', `status-sync/${id}`);
    for (let cut = 0; cut < 3; cut += 1) await cutAnswer(`stream/${id}`);
    const { outputs } = await drain(id);
    expect(outputs).toEqual(chunks);
  });

  it('two pollers at once share them', async () => {
    work(gateway.queue, async (lease) => {
      for (let index = 0; index < 200; index += 1) {
        await lease.chunk(index);
        if (index % 20 === 0) await sleep(10);
      }
      await lease.succeed([]);
    });
    const id = await run();
    const [a, b] = await Promise.all([drain(id), drain(id)]);
    const all = [...a.outputs, ...b.outputs].map(Number);
    expect(all.toSorted((x, y) => x - y)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    expect(a.outputs).toEqual(a.outputs.toSorted((x, y) => Number(x) - Number(y)));
  });

  it('what exceeds one answer comes in more of them, the end with the last', async () => {
    const parts = Array.from({ length: 12 }, (_, index) => `${index}`.padEnd(900_000, 'x'));
    work(gateway.queue, async (lease) => {
      for (const part of parts) await lease.chunk(part);
      await lease.succeed([]);
    });
    const id = await run();
    await call(gateway, 'GET', `status-sync/${id}`);
    const { outputs, statuses } = await drain(id);
    expect(outputs).toEqual(parts);
    expect(statuses).toEqual(['IN_PROGRESS', 'COMPLETED']);
  });

  it('an acknowledgement the queue could not take is made up for, and nothing is given twice', async () => {
    let refuse = 1;
    const shaky = await startGateway({
      wrap: (queue) =>
        new Proxy(queue, {
          get: (target, name) => {
            if (name === 'acknowledgeChunks' && refuse-- > 0) return () => Promise.reject(new Error('locked'));
            const value: unknown = Reflect.get(target, name, target);
            return typeof value === 'function' ? value.bind(target) : value;
          },
        }),
    });
    const worker = startWorker(shaky.queue, async (lease) => {
      await lease.chunk('first');
      await sleep(150);
      await lease.chunk('second');
      await lease.succeed([]);
    });
    const { body } = await call(shaky, 'POST', 'run', { input: 1 });
    const seen: unknown[] = [];
    for (let polls = 0; polls < 3; polls += 1)
      seen.push(...(await call(shaky, 'GET', `stream/${body.id}`)).body.stream);
    expect(seen).toEqual([{ output: 'first' }, { output: 'second' }]);
    await worker.stop();
    await shaky.close();
  });
});

it('22: polls of a busy job gather chunks, of an idle one are held up to 5 s', async () => {
  work(gateway.queue, stopped);
  const id = await run();
  const start = performance.now();
  await call(gateway, 'GET', `stream/${id}?wait=90000`);
  expect(performance.now() - start).toBeGreaterThan(4_900);
  expect(performance.now() - start).toBeLessThan(5_500);
});

describe('23: a long text', () => {
  it('of 3 MB arrives as chunks of at most 1 MB that join to it', async () => {
    const text = 'aé漢😀'.repeat(300_000);
    work(gateway.queue, async (lease) => {
      await lease.chunk(text);
      await lease.chunk({ whole: 'x'.repeat(1_500_000) });
      await lease.succeed([]);
    });
    const { outputs } = await drain(await run());
    const pieces = outputs.filter((output) => typeof output === 'string');
    for (const piece of pieces) expect(Buffer.byteLength(piece)).toBeLessThanOrEqual(1_000_000);
    expect(pieces.join('')).toBe(text);
    expect(outputs.at(-1)).toEqual({ whole: 'x'.repeat(1_500_000) });
  });

  it('above one answer comes in several', async () => {
    const text = 'x'.repeat(19_000_000);
    work(gateway.queue, async (lease) => {
      await lease.chunk(text);
      await lease.succeed([]);
    });
    const id = await run();
    await call(gateway, 'GET', `status-sync/${id}`);
    const { outputs, statuses } = await drain(id);
    expect(outputs.join('')).toBe(text);
    expect(statuses).toEqual(['IN_PROGRESS', 'IN_PROGRESS', 'COMPLETED']);
  });
});

it('/stream of a cancelled job says so for a minute, then 404, while /status stays', async () => {
  const id = await run();
  await call(gateway, 'POST', `cancel/${id}`);
  await gateway.jump(59_000);
  expect((await call(gateway, 'GET', `stream/${id}`)).body.status).toBe('CANCELLED');
  await gateway.jump(2_000);
  expect((await call(gateway, 'GET', `stream/${id}`)).status).toBe(404);
  expect((await call(gateway, 'GET', `status/${id}`)).body.status).toBe('CANCELLED');
});

/** Asks, reads the first bytes of the answer and resets the connection. */
async function cutAnswer(path: string): Promise<void> {
  const socket = connect(gateway.port, '127.0.0.1');
  socket.write(`GET /v2/local/${path} HTTP/1.1\r\nHost: x\r\n\r\n`);
  await once(socket, 'data');
  socket.resetAndDestroy();
  await once(socket, 'close');
}
