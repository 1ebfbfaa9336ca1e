import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import runpodSdk from 'runpod-sdk';
import { startOtlpReceiver } from '../doubles/otlp-receiver.ts';
import { hasRedis, startRedis, type RedisServer } from '../fixtures/redis-server.ts';
import { startCommand, startProcess, type StandaloneProcess } from './standalone-process.ts';

const many = 'test/fixtures/handlers/many.mjs';

describe.skipIf(!hasRedis)('gateways and workers in processes of their own (skipped without redis-server)', () => {
  let redis: RedisServer;
  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.close());

  const settings = (endpoint: string, more: Readonly<Record<string, string>> = {}) => ({
    QUEUE_URL: redis.url,
    ENDPOINT_ID: endpoint,
    TELEMETRY_GPU: 'none',
    DRAIN_TIMEOUT: '2s',
    ...more,
  });
  const kept = <Process extends StandaloneProcess>(process: Process): Process => {
    onTestFinished(async () => void (await process.stop('SIGKILL')));
    return process;
  };
  const gateway = async (endpoint: string, more = {}) =>
    kept(await startCommand(['gateway'], settings(endpoint, more)));
  const worker = async (endpoint: string, more = {}) =>
    kept(await startCommand(['worker', many], settings(endpoint, { CONCURRENCY_INITIAL: '4', ...more })));

  it('serve a client of one gateway by a worker that knows only Redis, and every gateway knows them all', async () => {
    const [first, second, one, two] = await Promise.all([
      gateway('fleet'),
      gateway('fleet'),
      worker('fleet'),
      worker('fleet'),
    ]);
    const endpoint = runpodSdk('key', { baseUrl: `${first.url}/v2` }).endpoint('fleet');
    expect(await endpoint?.runSync({ input: { sleep: 5, answer: 7 } })).toMatchObject({ status: 'COMPLETED' });
    const health = async (url: string): Promise<unknown> => (await fetch(`${url}/v2/fleet/health`)).json();
    const expected = { workers: { idle: 2, ready: 2, running: 0, unhealthy: 0 }, jobs: { completed: 1, inQueue: 0 } };
    await expect.poll(() => health(second.url), { timeout: 10_000 }).toMatchObject(expected);
    const metrics = await (await fetch(`${second.url}/metrics`)).text();
    expect(metrics).toContain('flyball_gateway_workers{queue="fleet",kind="flyball"} 2');
    expect(metrics).toContain('flyball_queue_jobs{queue="fleet",state="waiting"} 0');
    expect(await (await fetch(`${one.url}/controller`)).json()).toMatchObject({ endpoint: 'fleet' });
    await two.stop();
    await expect.poll(() => health(first.url), { timeout: 10_000 }).toMatchObject({ workers: { idle: 1 } });
  });

  it('stream chunks and tell a running worker of a cancel', async () => {
    const [{ url }] = await Promise.all([gateway('streams'), worker('streams')]);
    const ask = async (method: string, path: string, body?: unknown): Promise<Record<string, unknown>> => {
      const answer = await fetch(`${url}/v2/streams/${path}`, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return (await answer.json()) as Record<string, unknown>;
    };
    const { id } = await ask('POST', 'run', { input: { chunks: 3 } });
    const chunks: unknown[] = [];
    await expect
      .poll(
        async () => {
          const { status, stream } = await ask('GET', `stream/${String(id)}`);
          chunks.push(...(stream as unknown[]));
          return status;
        },
        { timeout: 15_000 },
      )
      .toBe('COMPLETED');
    expect(chunks).toMatchObject([0, 1, 2].map((chunk) => ({ output: { chunk } })).concat([{ output: {} }] as never));
    const long = await ask('POST', 'run', { input: { sleep: 60_000 } });
    await expect.poll(async () => (await ask('GET', `status/${String(long['id'])}`))['status']).toBe('IN_PROGRESS');
    expect(await ask('POST', `cancel/${String(long['id'])}`)).toMatchObject({ status: 'CANCELLED' });
    const running = async (): Promise<unknown> =>
      ((await ask('GET', 'health'))['jobs'] as Record<string, unknown>)['inProgress'];
    await expect.poll(running, { timeout: 10_000 }).toBe(0);
  });

  it('keep one trace for each job from the client through gateway, Redis and worker', async () => {
    const receiver = await startOtlpReceiver();
    onTestFinished(() => receiver.close());
    const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '100' };
    const [{ url }] = await Promise.all([gateway('traced', traced), worker('traced', traced)]);
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    const client = 'b7ad6b7169203331';
    const answer = await fetch(`${url}/v2/traced/runsync`, {
      method: 'POST',
      headers: { traceparent: `00-${traceId}-${client}-01` },
      body: JSON.stringify({ input: { sleep: 5 } }),
    });
    expect(await answer.json()).toMatchObject({ status: 'COMPLETED' });
    const names = ['POST /v2/{endpoint}/runsync', 'send traced', 'process traced', 'handler module', 'settle traced'];
    const spans = await receiver.until((all) => names.every((name) => all.some((span) => span.name === name)));
    const [server, send, process, handler, settle] = names.map((name) => spans.find((span) => span.name === name));
    expect(spans.filter((span) => names.includes(span.name)).map((span) => span.traceId)).toEqual(
      names.map(() => traceId),
    );
    expect(server?.parentSpanId).toBe(client);
    expect(send?.parentSpanId).toBe(server?.spanId);
    expect(process?.parentSpanId).toBe(send?.spanId);
    expect(process?.links).toContainEqual({ traceId, spanId: send?.spanId });
    expect(handler?.parentSpanId).toBe(process?.spanId);
    expect(settle?.parentSpanId).toBe(process?.spanId);
    expect(process?.attributes).toMatchObject({ 'messaging.system': 'redis' });
    expect(server?.resource['service.instance.id']).not.toBe(process?.resource['service.instance.id']);
  });

  it('refuse what cannot work, with the next step', async () => {
    const alone = startCommand(['worker', many], { QUEUE_URL: 'sqlite:./q.db', PORT: '0' }, 'exit');
    await expect(alone).rejects.toThrow(/QUEUE_NOT_SHARED.*redis:\/\//s);
    const dead = startProcess(many, { QUEUE_URL: 'redis://127.0.0.1:9', PORT: '0' }, [], 'exit');
    await expect(dead).rejects.toThrow(/QUEUE_UNAVAILABLE.*ECONNREFUSED/s);
    await expect(startCommand(['gateway', many], { PORT: '0' }, 'exit')).rejects.toThrow(/a gateway runs no handler/);
  });
});
