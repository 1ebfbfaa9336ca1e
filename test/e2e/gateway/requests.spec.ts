import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';
import type { Queue } from '#libs/queue';
import { call, startGateway, type TestGateway } from './start-gateway.ts';
import { startWorker, type TestWorker } from './test-worker.ts';

let gateway: TestGateway;
let worker: TestWorker;

beforeAll(async () => {
  gateway = await startGateway();
  worker = startWorker(gateway.queue, async (lease) => {
    const { id, input, extra } = lease.job;
    if (input === 'echo') await lease.succeed(null);
    else await lease.succeed({ id, input, extra });
  });
});

afterAll(async () => {
  await worker.stop();
  await gateway.close();
});

const mebibyte = 1_048_576;
const bodyOf = (bytes: number): string => `{"input":"${'x'.repeat(bytes - 12)}"}`;

describe('2: GET and empty POST', () => {
  it.each(['status', 'status-sync', 'stream'])('answer alike on /%s', async (operation) => {
    const { body } = await call(gateway, 'POST', 'runsync', { input: 'echo' });
    const get = await call(gateway, 'GET', `${operation}/${body.id}`);
    const post = await call(gateway, 'POST', `${operation}/${body.id}`);
    expect(post).toMatchObject({ status: 200, body: get.body });
    expect(get.body.status).toBe('COMPLETED');
  });

  it.each([{ 'content-type': 'application/json' }, { 'content-type': 'application/json', 'content-length': '0' }, {}])(
    'an empty POST /cancel passes with %j',
    async (headers) => {
      const { body } = await call(gateway, 'POST', 'run', { input: 'echo' });
      expect((await call(gateway, 'POST', `cancel/${body.id}`, undefined, headers)).status).toBe(200);
      expect((await call(gateway, 'POST', 'purge-queue', undefined, headers)).body).toMatchObject({
        status: 'completed',
      });
    },
  );

  it('a body is read whatever its content type', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect(await call(gateway, 'POST', 'runsync', { input: 5 }, form)).toMatchObject({
      body: { output: { input: 5 } },
    });
    const plain = await call(gateway, 'POST', 'runsync', { input: 6 }, { 'content-type': 'text/plain' });
    expect(plain).toMatchObject({ status: 200, body: { output: { input: 6 } } });
    const none = await call(gateway, 'POST', 'runsync', '{"input":{"loss":NaN,"s":"NaN"}}', {});
    expect(none.body.output.input).toEqual({ loss: null, s: 'NaN' });
  });
});

describe('4: body limits', () => {
  it('9.9 MiB pass /run and 19.9 MiB /runsync', async () => {
    expect((await call(gateway, 'POST', 'run', bodyOf(9.9 * mebibyte))).status).toBe(200);
    const { status, body } = await call(gateway, 'POST', 'runsync', bodyOf(19.9 * mebibyte));
    expect(status).toBe(200);
    expect(body.output.input).toHaveLength(Math.floor(19.9 * mebibyte - 12));
  });

  it.each([
    ['run', 10.1],
    ['run', 21],
    ['runsync', 21],
  ])('/%s of %d MiB is 413 with the limit', async (route, size) => {
    const { status, body } = await call(gateway, 'POST', route, bodyOf(size * mebibyte));
    expect(status).toBe(413);
    expect(body.error).toMatch(route === 'run' ? /10 MiB/ : /20 MiB/);
  });
});

describe('5: keys', () => {
  it('`Bearer KEY` and `KEY` pass, a wrong one is 401, and no log has either', async () => {
    const locked = await startGateway({ http: { apiKeys: [{ label: 'a', key: 'right-key' }] } });
    const status = async (authorization?: string, path = 'health'): Promise<number> => {
      const headers = authorization === undefined ? {} : { authorization };
      return (await call(locked, 'GET', path, undefined, headers)).status;
    };
    expect([await status('Bearer right-key'), await status('right-key')]).toEqual([200, 200]);
    expect([await status('Bearer wrong-key'), await status(), await status('')]).toEqual([401, 401, 401]);
    expect([await status(undefined, 'nonsense'), await status('right-key', 'nonsense')]).toEqual([401, 404]);
    const encoded = await request(`http://127.0.0.1:${locked.port}/%762/local/health`);
    expect(encoded.statusCode).toBe(401);
    await encoded.body.dump();
    const { status: refused, body } = await call(locked, 'POST', 'run', 'x'.repeat(1_000_000), {});
    expect([refused, typeof body.error]).toEqual([401, 'string']);
    expect(JSON.stringify(locked.events)).not.toMatch(/right-key|wrong-key/);
    await locked.close();
  });
});

describe('6: with the store slowed by 1 s', () => {
  it('the routes of G8 answer in < 3 s, /stream in < 10 s', async () => {
    const slow = await startGateway({ wrap: slowed });
    const timed = async (method: 'GET' | 'POST', path: string, body?: unknown): Promise<[string, number, boolean]> => {
      const start = performance.now();
      const { status } = await call(slow, method, path, body);
      return [path, status, performance.now() - start < (path.startsWith('stream') ? 10_000 : 3_000)];
    };
    const { body } = await call(slow, 'POST', 'run', { input: 1 });
    const answers = await Promise.all([
      timed('POST', 'run', { input: 1 }),
      timed('GET', `status/${body.id}`),
      timed('POST', `retry/${body.id}`),
      timed('GET', 'health'),
      timed('GET', `stream/${body.id}`),
    ]);
    answers.push(await timed('POST', `cancel/${body.id}`), await timed('POST', 'purge-queue'));
    expect(answers.map(([, status, inTime]) => [status, inTime])).toEqual(
      [200, 200, 400, 200, 200, 200, 200].map((status) => [status, true]),
    );
    await slow.close();
  });
});

describe('requests', () => {
  it('7: extra keys reach the handler', async () => {
    const { body } = await call(gateway, 'POST', 'runsync', { input: {}, timeout: 1, foo: 2 });
    expect(body.output).toMatchObject({ input: {}, extra: { timeout: 1, foo: 2 } });
  });

  it('8: /v2//ep/health answers', async () => {
    const answer = await request(`http://127.0.0.1:${gateway.port}/v2//local/health`);
    expect(answer.statusCode).toBe(200);
    await answer.body.dump();
  });

  it('8: a query of 65,535 bytes is no 431, and connections are kept longer than clients keep theirs', async () => {
    const { status, headers } = await call(gateway, 'GET', `health?job_id=${'x'.repeat(65_535)}`);
    expect([status, headers['keep-alive']]).toEqual([200, 'timeout=72']);
  });

  it('10: a missing input is 400; {}, null, [], 0, "" are delivered as such', async () => {
    for (const input of [{}, null, [], 0, '']) {
      const { body } = await call(gateway, 'POST', 'runsync', { input });
      expect(body.output.input).toEqual(input);
    }
    const { status, body } = await call(gateway, 'POST', 'run', { prompt: 'x' });
    expect([status, body.error]).toEqual([400, expect.stringMatching(/"input" is missing/)]);
    expect((await call(gateway, 'POST', 'run')).status).toBe(400);
    expect((await call(gateway, 'POST', 'run', '{"input":')).body.error).toMatch(/no JSON/);
    expect((await call(gateway, 'POST', 'run', [1])).status).toBe(400);
  });

  it('11: extra keys `self`, `__class__`, `id`, `status` never reach a worker as sent', async () => {
    const text = '{"input":1,"self":1,"__class__":2,"__proto__":{"x":1},"id":"mine","status":"COMPLETED","fine":3}';
    const { body } = await call(gateway, 'POST', 'runsync', text);
    expect(body.output.extra).toMatchObject({ fine: 3 });
    for (const key of ['self', '__class__', '__proto__', 'status'])
      expect(Object.keys(body.output.extra)).not.toContain(key);
    expect(body.output.id).toBe(body.id);
    expect(body.output.extra.id).not.toBe('mine');
  });

  it('a body nested deeper than JSON can be written is 400', async () => {
    const { status, body } = await call(
      gateway,
      'POST',
      'run',
      `{"input":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
    );
    expect([status, body.error]).toEqual([400, expect.stringMatching(/nested/)]);
  });

  it.each([
    ['run?ttl=soon', { input: 1 }],
    ['runsync?wait=soon', { input: 1 }],
    ['run', { input: 1, policy: { ttl: 'x' } }],
    ['run', { input: 1, webhook: 'ftp://x/' }],
    ['run', { input: 1, flyball: { deadlin: 1 } }],
  ])('/%s with %j is 400 with a text, and nothing is stored', async (path, sent) => {
    const before = (await call(gateway, 'GET', 'health')).body.jobs;
    const { status, body } = await call(gateway, 'POST', path, sent);
    expect([status, typeof body.error]).toEqual([400, 'string']);
    expect((await call(gateway, 'GET', 'health')).body.jobs).toEqual(before);
  });
});

/** The same queue, each call a second later. */
function slowed(queue: Queue): Queue {
  return new Proxy(queue, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name, target);
      if (typeof method !== 'function' || name === 'changed')
        return typeof method === 'function' ? method.bind(target) : method;
      return async (...parameters: unknown[]) => {
        await sleep(1_000);
        return await (method.apply(target, parameters) as Promise<unknown>);
      };
    },
  });
}
