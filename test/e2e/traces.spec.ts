import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { INVALID_SPAN_CONTEXT, trace, type TracerProvider } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loadSettings } from '#libs/config';
import { decisionId, parseRecord } from '#libs/core';
import type { Emit } from '#libs/observability';
import { builtInStrategies } from '#libs/strategies';
import { startStandalone } from '../../apps/standalone/start-standalone.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../doubles/otlp-receiver.ts';
import { startProcess, type StandaloneProcess } from './standalone-process.ts';

let directory: string;
let receiver: OtlpReceiver;
let flyball: StandaloneProcess | undefined;

const client = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };
const clientHeaders = { traceparent: `00-${client.traceId}-${client.spanId}-01`, tracestate: 'vendor=1' };

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-'));
  receiver = await startOtlpReceiver();
});

afterEach(async () => {
  await flyball?.stop();
  flyball = undefined;
  await receiver.close();
  rmSync(directory, { recursive: true });
});

async function start(handler: string, env: Readonly<Record<string, string>> = {}): Promise<StandaloneProcess> {
  const path = handler.startsWith('http') ? handler : `test/fixtures/handlers/${handler}`;
  flyball = await startProcess(path, {
    QUEUE_URL: `sqlite:${join(directory, 'queue.db')}`,
    DECISION_LOG: join(directory, 'decisions.jsonl'),
    CONCURRENCY_PERIOD: '100ms',
    TELEMETRY_GPU: 'none',
    WEBHOOK_PRIVATE: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
    ...env,
  });
  return flyball;
}

interface Answer {
  readonly id: string;
  readonly status: string;
  readonly output: { readonly traceparent?: string; readonly input?: unknown };
}

async function runsync(body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  const text = JSON.stringify(body);
  const response = await fetch(`${flyball?.url}/v2/local/runsync`, { method: 'POST', headers, body: text });
  return (await response.json()) as Answer;
}

/** A period has ended: attempts from now on know a decision. */
async function firstPeriod(): Promise<void> {
  await expect.poll(() => readFileSync(join(directory, 'decisions.jsonl'), 'utf8')).toContain('\n');
}

function named(spans: readonly ReceivedSpan[], name: string): ReceivedSpan {
  const found = spans.filter((span) => span.name === name);
  expect(found.map((span) => span.name)).toEqual([name]);
  return found[0]!;
}

const idsOf = ({ traceId, spanId }: ReceivedSpan) => ({ traceId, spanId });
const traceparentOf = ({ traceId, spanId }: ReceivedSpan) => `00-${traceId}-${spanId}-01`;
const of = (jobId: string) => (span: ReceivedSpan) => span.attributes['messaging.message.id'] === jobId;

/** A server that remembers the headers of its requests. */
async function startListener(): Promise<{ url: string; headers: IncomingHttpHeaders[]; close: () => void }> {
  const headers: IncomingHttpHeaders[] = [];
  const server = createServer((request, answer) => {
    headers.push(request.headers);
    answer.setHeader('content-type', 'application/json').end('{"ok":true}');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://127.0.0.1:${port}/`, headers, close: () => server.close() };
}

describe('one job is one trace', () => {
  it('from the client through gateway, queue and a Python handler to the webhook', async () => {
    await start('tells-trace.py');
    await firstPeriod();
    const hook = await startListener();
    const job = await runsync({ input: { n: 1 }, webhook: hook.url }, clientHeaders);
    expect(job.status).toBe('COMPLETED');
    const own = (span: ReceivedSpan): boolean => span.traceId === client.traceId;
    const spans = (await receiver.until((all) => all.filter(own).length >= 6)).filter(own);
    hook.close();

    const server = named(spans, 'POST /v2/{endpoint}/runsync');
    const send = named(spans, 'send local');
    const process = named(spans, 'process local');
    const handler = named(spans, 'handler python');
    const settle = named(spans, 'settle local');
    const deliver = named(spans, 'deliver local');
    expect(spans).toHaveLength(6 + spans.filter(({ name }) => name === 'gate').length);
    expect(server).toMatchObject({ kind: 'SERVER', parentSpanId: client.spanId, traceState: 'vendor=1' });
    expect(server.attributes).toMatchObject({
      'http.route': '/v2/{endpoint}/runsync',
      'http.response.status_code': 200,
    });
    expect(send).toMatchObject({ kind: 'PRODUCER', parentSpanId: server.spanId });
    expect(process).toMatchObject({ kind: 'CONSUMER', parentSpanId: send.spanId, traceState: 'vendor=1' });
    expect(process.links).toContainEqual(idsOf(send));
    expect(handler).toMatchObject({ kind: 'INTERNAL', parentSpanId: process.spanId });
    expect(settle).toMatchObject({ kind: 'CLIENT', parentSpanId: process.spanId });
    expect(deliver).toMatchObject({ kind: 'CLIENT', parentSpanId: process.spanId, links: [idsOf(process)] });
    expect(deliver.attributes).toMatchObject({ 'flyball.delivery.try': 1, 'server.address': '127.0.0.1' });
    for (const span of spans) expect(span.end).toBeGreaterThanOrEqual(span.start);
    expect(process.end).toBeGreaterThanOrEqual(settle.end);

    expect(job.output.traceparent).toBe(traceparentOf(handler));
    expect(hook.headers[0]?.['traceparent']).toBe(traceparentOf(deliver));
    expect(process.attributes).toMatchObject({
      'messaging.system': 'sqlite',
      'messaging.destination.name': 'local',
      'messaging.message.id': job.id,
      'flyball.attempt': 1,
      'flyball.outcome': 'succeeded',
      'flyball.limit': 1,
    });
    const lines = readFileSync(join(directory, 'decisions.jsonl'), 'utf8')
      .split('\n')
      .filter((line) => line.endsWith('}'));
    expect(lines.map((line) => decisionId(parseRecord(line)))).toContain(process.attributes['flyball.decision.id']);
    expect(process.resource).toMatchObject({
      'service.name': 'flyball',
      'service.version': expect.any(String) as string,
    });
    expect(Object.keys(process.resource).join()).not.toMatch(/process\.command|process\.owner/);
  });

  it('for an HTTP upstream, which gets the handler’s span as its parent', async () => {
    const upstream = await startListener();
    await start(upstream.url);
    const { id } = await runsync({ input: { n: 1 } }, clientHeaders);
    const spans = await receiver.until((all) => all.some((span) => span.name === 'process local' && of(id)(span)));
    upstream.close();
    const handler = named(spans, 'handler http');
    expect(handler.kind).toBe('CLIENT');
    const told = upstream.headers.filter(({ traceparent }) => traceparent !== undefined);
    expect(told.map(({ traceparent, tracestate }) => ({ traceparent, tracestate }))).toEqual([
      { traceparent: traceparentOf(handler), tracestate: 'vendor=1' },
    ]);
  });

  it('whose attempts are siblings, each with a link to the one before', async () => {
    await start('tells-trace.mjs');
    const { id, status } = await runsync({ input: { failsOnce: true } });
    expect(status).toBe('COMPLETED');
    const attempts = (span: ReceivedSpan): boolean => span.name === 'process local' && of(id)(span);
    const spans = await receiver.until((all) => all.filter(attempts).length === 2);
    const send = spans.find((span) => span.name === 'send local' && of(id)(span))!;
    const [first, second] = spans.filter(attempts).toSorted((a, b) => Number(a.start - b.start));
    expect([first?.parentSpanId, second?.parentSpanId]).toEqual([send.spanId, send.spanId]);
    expect(second?.links).toContainEqual(idsOf(first!));
    expect(first?.attributes).toMatchObject({ 'flyball.outcome': 'overloaded', 'error.type': 'out-of-memory' });
    expect(first?.error).toContain('CUDA out of memory');
  });
});

describe('decisions', () => {
  it('are spans wherever they change something, whatever the sampler does with jobs', async () => {
    await start('tells-trace.mjs', {
      OTEL_TRACES_SAMPLER: 'traceidratio',
      OTEL_TRACES_SAMPLER_ARG: '0',
      CONCURRENCY_STRATEGY: 'fixed',
      CONCURRENCY_FIXED_LIMIT: '3',
    });
    await firstPeriod();
    const job = await runsync({ input: {} }, clientHeaders);
    const body = JSON.stringify({ limit: 5, reason: 'test', ttl: '10s' });
    const url = `${flyball?.url}/controller/override`;
    const headers = { 'content-type': 'application/json' };
    expect((await fetch(url, { method: 'PUT', headers, body })).status).toBe(200);
    const spans = await receiver.until((all) => all.some(({ events }) => events.includes('flyball.limit-changed')));
    const decide = spans.find(({ events }) => events.includes('flyball.limit-changed'))!;
    expect(decide).toMatchObject({ name: 'decide local', parentSpanId: '' });
    expect(decide.attributes).toMatchObject({
      'flyball.reason': 'override',
      'flyball.action': 'increase',
      'flyball.limit.before': 3,
      'flyball.limit.after': 5,
      'flyball.limiting_factor': 'operator',
    });
    expect([...new Set(spans.map(({ name }) => name))]).toEqual(['decide local']);
    expect(job.output.traceparent).toMatch(new RegExp(`^00-${client.traceId}-[0-9a-f]{16}-00$`));
    expect(await metrics()).not.toContain('trace_id=');
  });
});

describe('exemplars', () => {
  it('lead from a bucket to the trace of a job that fell into it', async () => {
    await start('tells-trace.mjs');
    await runsync({ input: {} });
    const page = await metrics();
    const pattern =
      /^flyball_job_service_seconds_bucket\{.*\} \d+ # \{trace_id="(\w+)",span_id="(\w+)"\} [\d.e-]+ [\d.]+$/m;
    const [, traceId = '', spanId = ''] = pattern.exec(page) ?? [];
    const spans = await receiver.until((all) => all.some((span) => span.spanId === spanId));
    expect(spans.find((span) => span.spanId === spanId)).toMatchObject({ name: 'process local', traceId });
  });
});

describe('hostile or broken surroundings', () => {
  it.each([
    ['a traceparent that is none', { traceparent: '00-xyz-1-01' }],
    ['a tracestate of 10 kB', { ...clientHeaders, tracestate: `a=${'b'.repeat(10_000)}` }],
    ['baggage', { ...clientHeaders, baggage: 'user=secret' }],
  ])('%s goes no further', async (_, sent) => {
    const upstream = await startListener();
    await start(upstream.url);
    const { id } = await runsync({ input: {} }, sent);
    const spans = await receiver.until((all) => all.some((span) => span.name === 'process local' && of(id)(span)));
    upstream.close();
    const text = JSON.stringify([spans.map((span) => ({ ...span, start: 0, end: 0 })), upstream.headers]);
    expect(text).not.toMatch(/xyz|bbbb|baggage|secret/);
  });

  it('hands the handler the same input with tracing on and off', async () => {
    const input = { text: 'ünï ☃', numbers: [1, 1e21, -0.5], nested: { traceparent: 'mine', deep: [null, true] } };
    await start('tells-trace.mjs');
    const traced = await runsync({ input }, clientHeaders);
    await flyball?.stop();
    await start('tells-trace.mjs', { OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    const plain = await runsync({ input }, clientHeaders);
    expect(JSON.stringify(traced.output.input)).toBe(JSON.stringify(plain.output.input));
    expect(traced.output.input).toEqual(input);
    expect(plain.output.traceparent).toBe(clientHeaders.traceparent);
  });

  it('a collector that nobody reaches costs spans, not jobs, and does not hold up the stop', async () => {
    await start('tells-trace.mjs', {
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
      OTEL_EXPORTER_OTLP_TIMEOUT: '300',
      OTEL_BSP_MAX_QUEUE_SIZE: '2',
      OTEL_BSP_SCHEDULE_DELAY: '5000',
    });
    const jobs = await Promise.all(Array.from({ length: 20 }, () => runsync({ input: {} })));
    expect(jobs.map(({ status }) => status)).toEqual(jobs.map(() => 'COMPLETED'));
    expect(await metrics()).toMatch(/^flyball_spans_total\{result="dropped"\} [1-9]/m);
    const began = performance.now();
    expect(await flyball?.stop()).toBe(0);
    expect(performance.now() - began).toBeLessThan(10_000);
  });

  it('loads nothing of OpenTelemetry but its API, which prom-client brings, where no variable asks for traces', async () => {
    const hook = `--import=${resolve('test/fixtures/names-opentelemetry.mjs')}`;
    await start('tells-trace.mjs', { NODE_OPTIONS: hook, OTEL_EXPORTER_OTLP_ENDPOINT: '' });
    await runsync({ input: {} });
    expect(flyball?.output()).not.toMatch(/loads @opentelemetry\/(?!api\b)/);
    expect(await metrics()).not.toContain('flyball_spans_total');
    await flyball?.stop();
    await start('tells-trace.mjs', { NODE_OPTIONS: hook });
    expect(flyball?.output()).toContain('loads @opentelemetry/sdk-node');
  });

  it('makes no span object where no variable asks for traces', async () => {
    let made = 0;
    const counting: TracerProvider = {
      getTracer: () => ({
        startSpan: () => ((made += 1), trace.wrapSpanContext(INVALID_SPAN_CONTEXT)),
        startActiveSpan: () => expect.fail('nobody makes one'),
      }),
    };
    trace.setGlobalTracerProvider(counting);
    onTestFinished(() => trace.disable());
    trace.getTracer('flyball').startSpan('is counted').end();
    expect(made).toBe(1);
    const environment = { QUEUE_URL: `sqlite:${join(directory, 'queue.db')}`, TELEMETRY_GPU: 'none', PORT: '0' };
    const strategies = builtInStrategies;
    const settings = loadSettings({ ...environment, CONCURRENCY_PERIOD: '50ms' }, { strategies });
    const handler = { handler: async (job: { readonly input: unknown }) => job.input };
    const periods = Promise.withResolvers<void>();
    const onEvent: Emit = ({ type }) => void (type === 'period' && periods.resolve());
    const running = await startStandalone(settings, { handler, strategies, environment, onEvent });
    const send = { method: 'POST', body: '{"input":1}', headers: clientHeaders };
    const answer = (await (await fetch(`${running.url}/v2/local/runsync`, send)).json()) as Answer;
    await periods.promise;
    await running.stop();
    expect(answer.status).toBe('COMPLETED');
    expect(made).toBe(1);
  });

  it('shows spans on standard error where the console is asked for: standard output is the log', async () => {
    await start('tells-trace.mjs', { OTEL_EXPORTER_OTLP_ENDPOINT: '', OTEL_TRACES_EXPORTER: 'console' });
    const [out, error] = [flyball?.child.stdout, flyball?.child.stderr].map((stream) => {
      const lines: string[] = [];
      stream?.on('data', (text: string) => lines.push(text));
      return lines;
    });
    await runsync({ input: {} });
    await expect
      .poll(() => error?.join(''))
      .toMatch(/^\{"name":"process local","kind":"CONSUMER",.*"flyball.attempt":1/m);
    await flyball?.stop();
    for (const line of out!.join('').trim().split('\n')) expect(JSON.parse(line)).toHaveProperty('event');
  });

  it('refuses a sampler that does not exist, with those that do', async () => {
    const failure = await start('tells-trace.mjs', { OTEL_TRACES_SAMPLER: 'parentbased' }).catch(String);
    expect(failure).toContain('OTEL_TRACES_SAMPLER="parentbased" is not known. Known: always_on');
  });
});

async function metrics(): Promise<string> {
  return (await fetch(`${flyball?.url}/metrics`)).text();
}
