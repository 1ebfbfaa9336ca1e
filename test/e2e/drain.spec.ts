import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { parseRecord } from '#libs/core';
import { startOtlpReceiver, type OtlpReceiver } from '../doubles/otlp-receiver.ts';
import { startProcess, type StandaloneProcess } from './standalone-process.ts';

let folder: string;
let log: string;
let collector: OtlpReceiver;
let worker: StandaloneProcess;
let jobId: string;
/** What was asked while it drained, and of its end. */
let asked: {
  readonly state: { readonly mode: string; readonly decision: { readonly id: string } };
  readonly text: string;
  readonly terminal: string;
  readonly metrics: string;
  readonly later: string;
};
let stopped: number | string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-drain-'));
  log = join(folder, 'decisions.jsonl');
  collector = await startOtlpReceiver();
  worker = await startProcess('test/fixtures/handlers/many.mjs', {
    QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
    DECISION_LOG: log,
    CONCURRENCY_PERIOD: '100ms',
    CONCURRENCY_STRATEGY: 'fixed',
    CONCURRENCY_FIXED_LIMIT: '1',
    TELEMETRY_GPU: 'sim:knee',
    DRAIN_TIMEOUT: '5s',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '50',
  });
  ({ id: jobId } = await run({ sleep: 60_000 }));
  await vi.waitUntil(async () => (await get('/metrics')).includes('flyball_inflight_jobs{queue="local"} 1'));
  await vi.waitUntil(async () => (await get('/controller')).includes('"decision"'));
  const exit = worker.stop();
  await vi.waitUntil(async () => (await get('/controller/explain')).includes('"mode":"draining"'));
  const state = JSON.parse(await get('/controller')) as typeof asked.state;
  const text = await get('/controller/explain', 'text/plain');
  const terminal = (await flyball(['explain'])).out;
  const metrics = await get('/metrics');
  await run({});
  asked = { state, text, terminal, metrics, later: await get('/metrics') };
  stopped = await exit;
  await collector.until((spans) =>
    spans.some(({ name, attributes }) => name === 'decide local' && attributes['flyball.mode'] === 'draining'),
  );
}, 60_000);

afterAll(async () => {
  await worker.stop('SIGKILL');
  await collector.close();
  rmSync(folder, { recursive: true });
});

describe('a worker that drains', () => {
  it('says so in the same words over HTTP, on the terminal and out of its log, of one record', async () => {
    const logged = await flyball(['explain', '--log', log]);
    expect(asked.text).toMatch(/^limit 1 · running 1 · .* · draining · fixed · decision /);
    expect(asked.text).toContain('the worker is stopping and takes no more jobs; 1 was running');
    expect([asked.terminal, logged.out]).toEqual([asked.text, asked.text]);
    expect(asked.state.mode).toBe('draining');
    expect(asked.text).toContain(`decision ${asked.state.decision.id} at `);
    expect(logged.error).toMatch(/^Decided \d+ s ago\.$/m);
  });

  it('has one last record, which replays with all that came before', async () => {
    const records = readFileSync(log, 'utf8').trimEnd().split('\n').map(parseRecord);
    const draining = records.filter(({ mode }) => mode === 'draining');
    expect(draining).toEqual([records.at(-1)]);
    expect(draining[0]).toMatchObject({ reason: 'draining', action: 'hold', seq: records.length - 1 });
    const { status, out } = await flyball(['replay', log]);
    expect(out).toMatch(new RegExp(`^${records.length} decisions found again`));
    expect(status).toBe(0);
  });

  it('tells the log and the traces of its mode', () => {
    expect(lines('mode-changed')).toMatchObject([{ from: 'auto', to: 'draining', limiting_factor: 'operator' }]);
    const { id } = asked.state.decision;
    expect(lines('mode-changed')).toMatchObject([{ decision_id: id }]);
    const spans = collector.spans.filter(({ attributes }) => attributes['flyball.decision.id'] === id);
    expect(spans).toMatchObject([{ name: 'decide local', attributes: { 'flyball.reason': 'draining' } }]);
  });

  it('tells how many jobs wait now, and nothing that only a period could see', () => {
    const waiting = /^flyball_queue_jobs\{queue="local",state="waiting"\} (\d+)$/m;
    expect([waiting.exec(asked.metrics)?.[1], waiting.exec(asked.later)?.[1]]).toEqual(['0', '1']);
    expect(asked.metrics).toMatch(/^flyball_controller_mode\{queue="local",mode="draining"\} 1$/m);
    expect(asked.metrics).not.toMatch(
      /^flyball_(signal_pressure_ratio|telemetry_sample_age_seconds|eventloop_utilization_ratio)\b/m,
    );
  });

  it('says in one line which jobs it cut when its time was over', () => {
    expect(stopped).toBe(0);
    expect(lines('drain-cut')).toMatchObject([
      { level: 'warn', count: 1, jobs: jobId, msg: expect.stringContaining(jobId) as string },
    ]);
  });
});

function lines(event: string): readonly Readonly<Record<string, unknown>>[] {
  const all = worker.output().split('\n');
  const json = all.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as Record<string, unknown>);
  return json.filter((line) => line['event'] === event);
}

async function run(input: unknown): Promise<{ readonly id: string }> {
  const response = await fetch(`${worker.url}/v2/local/run`, { method: 'POST', body: JSON.stringify({ input }) });
  return (await response.json()) as { readonly id: string };
}

async function get(path: string, accept = 'application/json'): Promise<string> {
  return (await fetch(`${worker.url}${path}`, { headers: { accept } })).text();
}

function flyball(args: readonly string[]): Promise<{ status: number; out: string; error: string }> {
  const env = { PATH: process.env['PATH'] ?? '', PORT: new URL(worker.url).port };
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/apps/cli/main.js', ...args], { env }, (failure, out, error) => {
      resolve({ status: failure === null ? 0 : Number(failure.code), out, error });
    });
  });
}
