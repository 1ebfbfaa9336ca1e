import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Lease } from '#libs/core';
import { call, startGateway, type TestGateway, type TestGatewayOptions } from './start-gateway.ts';
import { echo, failed, startWorker, type TestWorker } from './test-worker.ts';

interface Delivery {
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
  // oxlint-disable-next-line typescript/no-explicit-any -- what a receiver reads
  readonly body: any;
}

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

/** A receiver that answers as told, and what it got. */
async function receiver(
  status: number,
  headers: Record<string, string> = {},
): Promise<{ url: string; got: Delivery[] }> {
  const got: Delivery[] = [];
  const server: Server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => (text += part.toString()));
    request.on('end', () => {
      got.push({ at: performance.now(), headers: request.headers, body: JSON.parse(text) });
      response.writeHead(status, headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  return { url: `http://127.0.0.1:${port}/hook`, got };
}

async function open(
  options: TestGatewayOptions = {},
  run: (lease: Lease) => Promise<void> = echo,
): Promise<TestGateway> {
  const gateway = await startGateway({ http: { webhookPrivate: true }, webhookDelays: [100, 300], ...options });
  const worker: TestWorker = startWorker(gateway.queue, run);
  closers.push(async () => {
    await worker.stop();
    await gateway.close();
  });
  return gateway;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

const results = ({ events }: TestGateway): string[] =>
  events.flatMap((event) => (event.type === 'webhook' ? [event.result] : []));

describe('28: a receiver answering 500', () => {
  it('gets 3 deliveries at their times, for each of the four ends; the job stays', async () => {
    const { url, got } = await receiver(500);
    const gateway = await open({}, async (lease) => {
      if (lease.job.input === 'fail') await lease.fail(failed);
      else await echo(lease);
    });
    const run = async (input: unknown, policy = {}): Promise<string> =>
      (await call(gateway, 'POST', 'run', { input, webhook: url, policy })).body.id;
    const ids = [await run('done'), await run('fail')];
    await until(() => got.length >= 2);
    for (const id of ids) expect((await call(gateway, 'GET', `status-sync/${id}`)).status).toBe(200);
    await until(() => got.length >= 6);
    await sleep(400);
    for (const id of ids) {
      const times = got.filter(({ body }) => body.id === id).map(({ at }) => at);
      const [first = 0, second = 0, third = 0] = times;
      expect(times).toHaveLength(3);
      expect(second - first).toBeGreaterThan(70);
      expect(third - first).toBeGreaterThan(270);
    }
    expect(results(gateway).filter((result) => result === 'retried')).toHaveLength(4);
    expect(results(gateway).filter((result) => result === 'error')).toHaveLength(2);
    for (const [index, status] of ['COMPLETED', 'FAILED'].entries()) {
      expect((await call(gateway, 'GET', `status/${ids[index]}`)).body.status).toBe(status);
    }
  });

  it('hears of CANCELLED and TIMED_OUT too', async () => {
    const { url, got } = await receiver(500);
    const gateway = await startGateway({
      http: { webhookPrivate: true },
      webhookDelays: [100, 300],
    });
    closers.push(gateway.close);
    const body = { input: 1, webhook: url };
    const cancelled = (await call(gateway, 'POST', 'run', body)).body.id;
    const late = (await call(gateway, 'POST', 'run?ttl=10000', body)).body.id;
    await call(gateway, 'POST', `cancel/${cancelled}`);
    await gateway.jump(11_000);
    await until(() => got.length >= 6);
    const statuses = (id: string): unknown[] => got.flatMap(({ body }) => (body.id === id ? [body.status] : []));
    expect(statuses(cancelled)).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED']);
    expect(statuses(late)).toEqual(['TIMED_OUT', 'TIMED_OUT', 'TIMED_OUT']);
    const tries = got.flatMap(({ headers, body }) => (body.id === late ? [headers['webhook-id']] : []));
    expect(new Set(tries).size).toBe(1);
  });
});

describe('29: a webhook', () => {
  it('has input, webhook and the status fields, and its request a traceparent', async () => {
    const { url, got } = await receiver(204);
    const gateway = await open();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const sent = { input: { x: 1 }, webhook: url, s3Config: { accessSecret: 'secret-secret' } };
    const { body } = await call(gateway, 'POST', 'run', sent, { traceparent });
    await until(() => got.length === 1);
    expect(got[0]?.body).toEqual({
      id: body.id,
      status: 'COMPLETED',
      input: { x: 1 },
      output: { x: 1 },
      webhook: url,
      delayTime: expect.any(Number),
      executionTime: expect.any(Number),
      workerId: 'w1',
    });
    expect(got[0]?.headers).toMatchObject({ 'content-type': 'application/json', traceparent });
    await call(gateway, 'POST', 'run', { input: 2, webhook: url });
    await until(() => got.length === 2);
    expect(got[1]?.headers['traceparent']).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-00$/);
    await until(() => results(gateway).length === 2);
    expect(results(gateway)).toEqual(['accepted', 'accepted']);
    expect(JSON.stringify(gateway.events)).not.toContain('secret-secret');
  });

  it('does not follow redirects', async () => {
    const target = await receiver(200);
    const { url, got } = await receiver(307, { location: target.url });
    const gateway = await open({ webhookDelays: [] });
    await call(gateway, 'POST', 'run', { input: 1, webhook: url });
    await until(() => results(gateway).length === 1);
    expect([got.length, target.got.length, results(gateway)]).toEqual([1, 0, ['error']]);
  });
});

describe('30: webhooks to private addresses are refused', () => {
  it.each([
    'http://127.0.0.1/',
    'http://169.254.169.254/latest',
    'http://[::1]/',
    'http://[::ffff:10.0.0.1]/',
    'http://0.0.0.0/',
    'http://localhost/',
    'http://100.64.0.1/',
    'http://[fd00::1]/',
  ])('at submission: %s', async (webhook) => {
    const gateway = await open({ http: {} });
    const { status, body } = await call(gateway, 'POST', 'run', { input: 1, webhook });
    expect([status, body.error]).toEqual([400, expect.stringMatching(/WEBHOOK_PRIVATE/)]);
    expect((await gateway.queue.counters()).waiting).toBe(0);
  });

  it('at connection: a name that re-resolves to 10.0.0.1 or 127.0.0.1', async () => {
    const { url, got } = await receiver(200);
    const answers: Record<string, string[]> = { 'rebind.test': ['93.184.216.34'], 'local.test': ['93.184.216.34'] };
    const lookup = (name: string): Promise<readonly string[]> => Promise.resolve(answers[name] ?? []);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const gateway = await open({ http: {}, lookup }, async (lease) => {
      await held;
      await echo(lease);
    });
    const { port } = new URL(url);
    for (const host of Object.keys(answers)) {
      const sent = { input: 1, webhook: `http://${host}:${port}/` };
      expect((await call(gateway, 'POST', 'run', sent)).status).toBe(200);
    }
    answers['rebind.test'] = ['10.0.0.1'];
    answers['local.test'] = ['93.184.216.34', '127.0.0.1'];
    release();
    await until(() => results(gateway).length === 2);
    expect(results(gateway)).toEqual(['refused', 'refused']);
    expect(got).toEqual([]);
  });
});
