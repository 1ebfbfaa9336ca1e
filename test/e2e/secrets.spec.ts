import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { logEvents } from '#libs/observability';
import { startOtlpReceiver } from '../doubles/otlp-receiver.ts';
import { startProcess } from './standalone-process.ts';

/** What somebody entrusted to a worker; each is looked for in all that the worker tells. */
const canaries = {
  apiKey: 'canary-api-key-8f2',
  adminKey: 'canary-admin-key-1c9',
  wrongKey: 'canary-wrong-key-77a',
  upstreamPassword: 'canary-upstream-password-5d1',
  telemetryPassword: 'canary-telemetry-password-3b0',
  collectorHeader: 'canary-collector-header-e44',
  webhookToken: 'canary-webhook-token-902',
  s3Secret: 'canary-s3-secret-6ab',
  input: 'canary-input-f3d',
  output: 'canary-output-0c7',
  queryToken: 'canary-query-token-b18',
};

interface Told {
  readonly log: string;
  readonly metrics: string;
  readonly spans: string;
  readonly records: string;
  readonly api: string;
}

let told: Told;
let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-'));
  const collector = await startOtlpReceiver();
  let calls = 0;
  const upstream = createServer((_request, answer) => {
    calls += 1;
    // What an error says is told, so that somebody can mend it; what an answer says is not.
    const [status, said] = calls === 1 ? [500, 'busy'] : [200, canaries.output];
    answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ said }));
  }).listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  const address = upstream.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const flyball = await startProcess(`http://user:${canaries.upstreamPassword}@127.0.0.1:${port}/`, {
    QUEUE_URL: `sqlite:${join(directory, 'queue.db')}`,
    DECISION_LOG: join(directory, 'decisions.jsonl'),
    CONCURRENCY_PERIOD: '100ms',
    LOG_LEVEL: 'debug',
    API_KEYS: `client:${canaries.apiKey}`,
    ADMIN_KEYS: `operator:${canaries.adminKey}`,
    TELEMETRY_GPU: `dcgm:http://user:${canaries.telemetryPassword}@127.0.0.1:9/metrics,sim:knee`,
    WEBHOOK_PRIVATE: 'true',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${canaries.collectorHeader}`,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  });
  const ask = async (path: string, key: string, init: RequestInit = {}): Promise<string> => {
    const response = await fetch(`${flyball.url}${path}`, { ...init, headers: { authorization: `Bearer ${key}` } });
    return response.text();
  };
  const body = JSON.stringify({
    input: { text: canaries.input },
    webhook: `http://127.0.0.1:9/hook?token=${canaries.webhookToken}`,
    s3Config: { accessId: 'id', accessSecret: canaries.s3Secret, bucketName: 'b', endpointUrl: 'http://127.0.0.1:9' },
  });
  const send = { method: 'POST', body };
  await ask(`/v2/local/runsync?token=${canaries.queryToken}`, canaries.apiKey, send);
  await ask('/v2/local/runsync', canaries.apiKey, send);
  const overridden = async (): Promise<boolean> =>
    (await ask('/controller', canaries.adminKey)).includes('"mode":"override"');
  const order = JSON.stringify({ limit: 2, reason: 'a test', ttl: '20s' });
  const api = [
    await ask('/v2/local/runsync', canaries.wrongKey, send),
    await ask('/controller/override', canaries.adminKey, { method: 'PUT', body: order }),
    await vi.waitUntil(overridden).then(() => ask('/controller', canaries.adminKey)),
    await ask('/controller/decisions', canaries.adminKey),
    await ask('/controller/explain', canaries.adminKey),
    await ask('/v2/local/health', canaries.apiKey),
    await ask('/healthz', canaries.wrongKey),
    await ask('/readyz', canaries.wrongKey),
  ];
  await collector.until((spans) => spans.some(({ name }) => name === 'deliver local'));
  const both = /mode-changed.*webhook-retry|webhook-retry.*mode-changed/s;
  await vi.waitUntil(() => both.test(flyball.output()), { timeout: 10_000 });
  const metrics = await ask('/metrics', canaries.wrongKey);
  await flyball.stop();
  upstream.close();
  const spans = JSON.stringify(collector.spans.map((span) => ({ ...span, start: 0, end: 0 })));
  await collector.close();
  const records = readFileSync(join(directory, 'decisions.jsonl'), 'utf8');
  told = { log: flyball.output(), metrics, spans, records, api: api.join('\n') };
}, 60_000);

afterAll(() => rmSync(directory, { recursive: true }));

describe('what was entrusted to a worker', () => {
  it.each(Object.entries(canaries))('%s is told nowhere', (_, secret) => {
    const where = Object.entries(told).filter(([, text]) => text.includes(secret));
    expect(
      where.map(([place, text]) => `${place}: ${text.slice(Math.max(0, text.indexOf(secret) - 200)).slice(0, 300)}`),
    ).toEqual([]);
  });

  it('was really in use', () => {
    expect(told.log).toMatch(/"event":"attempt-failed".*"event":"job-finished"/s);
    expect(told.spans).toContain('process local');
    expect(told.metrics).toContain('flyball_jobs_finished_total');
    expect(told.records).toContain('"override"');
    expect(told.api).toContain('"by":"operator"');
  });
});

describe('the log', () => {
  it('holds JSON lines only, each with a known event at its level', () => {
    const lines = told.log.split('\n').filter((line) => line.startsWith('{'));
    const banner = told.log.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('{'));
    expect(lines.length).toBeGreaterThan(20);
    // What a person sees who starts it, on standard error.
    expect(banner.length).toBeLessThanOrEqual(6);
    const levels: Readonly<Record<string, string>> = logEvents;
    const parsed = lines.map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const strangers = parsed.filter(({ event, level }) => levels[String(event)] !== level);
    expect(strangers).toEqual([]);
    for (const line of parsed)
      expect(line).toMatchObject({ time: expect.stringMatching(/Z$/), msg: expect.any(String), queue: 'local' });
  });
});
