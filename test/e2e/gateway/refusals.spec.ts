import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { request } from 'undici';
import { call, startGateway, type TestGateway } from './start-gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway();
});

afterAll(async () => {
  await gateway.close();
});

describe('what is not served', () => {
  it.each([
    ['GET', 'requests', /not served/],
    ['POST', 'batch', /not served/],
    ['GET', 'batches/1', /not served/],
    ['GET', 'run', /POST/],
    ['POST', 'nonsense', /no such route/],
    ['GET', 'status', /job id/],
    ['GET', 'status/unknown', /no such job/],
    ['POST', 'cancel/unknown', /no such job/],
    ['GET', 'stream/unknown', /no such job/],
    ['POST', 'retry/a%2Fb', /no such job/],
  ] as const)('%s /%s is 404 with a text', async (method, path, text) => {
    const { status, body } = await call(gateway, method, path);
    expect([status, body.error]).toEqual([404, expect.stringMatching(text)]);
  });

  it.each(['v2/other/health', 'v2/', 'nowhere'])('/%s is 404 with a text', async (path) => {
    const answer = await request(`http://127.0.0.1:${gateway.port}/${path}`);
    expect(answer.statusCode).toBe(404);
    expect(await answer.body.json()).toMatchObject({ error: expect.stringMatching(/no such (route|endpoint)/) });
  });

  it('HEAD takes no chunks', async () => {
    const answer = await request(`${gateway.baseUrl}/local/stream/x`, { method: 'HEAD' });
    expect(answer.statusCode).toBe(405);
    await answer.body.dump();
  });
});

describe('limits', () => {
  it('a full queue is 429 with Retry-After, and counted', async () => {
    const full = await startGateway({ limit: 1 });
    await call(full, 'POST', 'run', { input: 1 });
    const { status, headers, body } = await call(full, 'POST', 'run', { input: 1 });
    expect([status, typeof body.error, Number(headers['retry-after'])]).toEqual([429, 'string', 5]);
    await sleep(5);
    expect(full.events).toContainEqual(
      expect.objectContaining({ type: 'http-request', operation: 'run', status: 429 }),
    );
    await full.close();
  });

  it("RunPod's rates are kept when asked for", async () => {
    const limited = await startGateway({ http: { rateLimits: true } });
    const purges = await Promise.all([1, 2, 3].map(() => call(limited, 'POST', 'purge-queue')));
    expect(purges.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 200, 429]);
    expect(Number(purges.find(({ status }) => status === 429)?.headers['retry-after'])).toBeGreaterThan(0);
    await limited.close();
  });

  it('a store that is gone is 503 with its reason, and nothing is lost', async () => {
    const broken = await startGateway();
    await broken.queue.close();
    const { status, body } = await call(broken, 'POST', 'run', { input: 1 });
    expect([status, body.error]).toEqual([503, expect.stringMatching(/queue/i)]);
    await broken.close();
  });
});

it('every request is one event with the name of its route', async () => {
  gateway.events.length = 0;
  await call(gateway, 'GET', 'status/x');
  await call(gateway, 'GET', 'nonsense');
  await sleep(5);
  const seen = gateway.events.flatMap((event) =>
    event.type === 'http-request' ? [[event.operation, event.status]] : [],
  );
  expect(seen).toEqual([
    ['status', 404],
    ['other', 404],
  ]);
});
