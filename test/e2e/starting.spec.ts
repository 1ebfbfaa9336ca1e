import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { loadSettings } from '#libs/config';
import type { Handler } from '#libs/handlers';
import { builtInStrategies } from '#libs/strategies';
import { startStandalone } from '../../apps/standalone/start-standalone.ts';
import { freePort } from './standalone-process.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-starting-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const loading: Handler = {
  kind: 'http',
  ready: false,
  start: () => new Promise(() => undefined),
  run: () => expect.fail('no job can run'),
  modify: () => expect.fail('no limit is asked for'),
  close: async () => undefined,
};

it('a handler that never finishes loading is seen: it is not up, jobs wait, and there is one answer to why', async () => {
  const port = await freePort();
  const settings = loadSettings(
    { QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`, TELEMETRY_GPU: 'none', PORT: String(port) },
    { strategies: builtInStrategies },
  );
  const stop = new AbortController();
  const options = { handler: loading, strategies: builtInStrategies, environment: {}, signal: stop.signal };
  const started = startStandalone(settings, options).catch((error: unknown) => error);
  onTestFinished(async () => {
    stop.abort(new Error('enough'));
    await started;
  });
  const url = `http://127.0.0.1:${port}`;
  const get = async (path: string): Promise<string> => (await fetch(`${url}${path}`)).text();
  await expect.poll(() => get('/healthz').catch(() => '')).toContain('starting');
  await fetch(`${url}/v2/local/run`, { method: 'POST', body: '{"input":1}' });
  const metrics = await get('/metrics');
  expect(metrics).toContain('flyball_handler_up{queue="local",kind="http"} 0\n');
  expect(metrics).toContain('flyball_queue_jobs{queue="local",state="waiting"} 1\n');
  expect(metrics).toMatch(/^flyball_queue_oldest_age_seconds\{queue="local"\} 0\.\d+$/m);
  expect(await get('/controller')).toContain('[NOT_STARTED] The handler is still starting');
  expect(await get('/controller/explain')).toBe(await get('/controller'));
});

it('a handler that is none of our own is up when its start is over', async () => {
  const settings = loadSettings(
    { QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`, TELEMETRY_GPU: 'none', PORT: '0' },
    { strategies: builtInStrategies },
  );
  const handler = { ...loading, ready: true, start: async () => ({ hasModifier: false, sync: false }) };
  const running = await startStandalone(settings, { handler, strategies: builtInStrategies, environment: {} });
  const metrics = await (await fetch(`${running.url}/metrics`)).text();
  await running.stop();
  expect(metrics).toContain('flyball_handler_up{queue="local",kind="http"} 1\n');
  expect(metrics).toContain('flyball_handler_start_seconds_count{queue="local",kind="http"} 1\n');
});

describe('a handler that cannot start', () => {
  it('leaves its traceback as warnings and one fatal line in the log, and words for a person on stderr', async () => {
    const handler = join(folder, 'handler.py');
    writeFileSync(handler, 'import json\n\n\ndef load():\n    return json.loads("{")\n\n\nprint("loading")\nload()\n');
    const env = { ...process.env, PORT: '0', QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`, TELEMETRY_GPU: 'none' };
    const cli = ['dist/apps/cli/main.js', 'start', handler];
    const flyball = spawn(process.execPath, cli, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    const [out, error] = await Promise.all([text(flyball.stdout), text(flyball.stderr), once(flyball, 'close')]);
    expect(flyball.exitCode).toBe(1);
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    const said = lines.filter(({ event }) => event === 'handler-log');
    expect(said.filter(({ level }) => level === 'info').map(({ msg }) => msg)).toEqual(['loading']);
    const warned = said.filter(({ level }) => level === 'warn').map(({ msg }) => msg);
    expect(warned[0]).toBe('Traceback (most recent call last):');
    expect(warned.at(-1)).toMatch(/^json\.decoder\.JSONDecodeError/);
    expect(lines.at(-1)).toMatchObject({ level: 'error', event: 'process-fatal', code: 'HANDLER_FAILED' });
    expect(error).toContain(String(lines.at(-1)?.['msg']).slice(0, 60));
  });
});
