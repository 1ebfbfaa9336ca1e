import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startProcess, type StandaloneProcess } from './standalone-process.ts';

let folder: string;
let log: string;
let worker: StandaloneProcess;
/** Between the override and what came before it. */
let before: string;

const admin = 'canary-admin';

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-explain-'));
  log = join(folder, 'decisions.jsonl');
  worker = await startProcess('examples/echo/handler.mjs', {
    QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
    DECISION_LOG: log,
    CONCURRENCY_PERIOD: '100ms',
    CONCURRENCY_STRATEGY: 'fixed',
    CONCURRENCY_FIXED_LIMIT: '5',
    TELEMETRY_GPU: 'sim:knee',
    ADMIN_KEYS: `operator:${admin}`,
  });
  await vi.waitUntil(async () => (await decisions('?limit=3')).length === 3, { timeout: 10_000 });
  before = new Date((await decisions('?limit=1'))[0]?.at ?? 0).toISOString();
  await flyball(['override', '3', '--for', '10m', '--reason', 'a deploy']);
  await vi.waitUntil(async () => (await decisions('?limit=1'))[0]?.mode === 'override', { timeout: 10_000 });
}, 30_000);

afterAll(async () => {
  await worker.stop();
  rmSync(folder, { recursive: true });
});

describe('why the limit is what it is', () => {
  it('is told by the worker in words, for the terminal and for programs', async () => {
    const { out, status } = await flyball(['explain']);
    expect(status).toBe(0);
    expect(out).toMatch(
      /^limit 3 · running 0 · .* · override · fixed · decision [0-9a-f]{8}-\d+ at 20\d\d-\d\d-\d\dT[\d:]{8}Z\n/,
    );
    expect(out).toMatch(/\nheld by {2}operator: operator set 3 until .* \((10 min|\d+ s) left\): a deploy\n/);
    expect(out).toMatch(/\nsaw {6}.*gpu memory \d\.\d\d \(simulated, .* old\)/);
    expect(out).toMatch(/\nchanges {2}flyball resume /);
    const json = JSON.parse((await flyball(['explain', '--json'])).out) as object;
    expect(json).toMatchObject({ limit: 3, mode: 'override', factor: 'operator', reason: 'override' });
  });

  it('is told of then as of now', async () => {
    const { out } = await flyball(['explain', '--at', before]);
    expect(out).toMatch(/^limit 5 · .* · auto · fixed · decision /);
  });

  it('reads the same over HTTP, on the terminal and out of the decision log', async () => {
    const text = await asked(`/controller/explain?at=${before}`, 'text/plain');
    const json = await asked(`/controller/explain?at=${before}`);
    const terminal = await flyball(['explain', '--at', before]);
    // The log is written a little later.
    const isThere = async (): Promise<boolean> =>
      (await flyball(['explain', '--log', log, '--at', before])).status === 0;
    await vi.waitUntil(isThere, { timeout: 10_000 });
    const logged = await flyball(['explain', '--log', log, '--at', before]);
    expect(terminal.out).toBe(text);
    expect(logged.out).toBe(text);
    const { lines } = JSON.parse(json) as { readonly lines: readonly { readonly text: string }[] };
    for (const line of lines) expect(text).toContain(line.text);
    // How long ago is on stderr: it is another text every second.
    expect(terminal.error).toMatch(/^Decided \d+ s ago\.\n$/);
    expect(logged.error).toMatch(/^Decided \d+ s ago\.\n$/);
    expect((await flyball(['explain'])).error).toBe('');
  });

  it('is JSON for whoever prefers that', async () => {
    expect(JSON.parse(await asked('/controller/explain', 'text/plain;q=0.5, application/json'))).toHaveProperty(
      'lines',
    );
  });

  it('has the id under which the controller shows its decision', async () => {
    const { decision } = JSON.parse(await asked('/controller')) as { readonly decision: { readonly id: string } };
    expect(decision.id).toMatch(/^[0-9a-f]{8}-\d+$/);
  });

  it('is on the log line of a change, with the same number and cause', () => {
    const line = worker
      .output()
      .split('\n')
      .find((each) => each.includes('"mode-changed"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({
      explanation: expect.stringMatching(/^limit 3 .*\nheld by {2}operator: operator set 3/) as string,
    });
  });
});

describe('decisions', () => {
  it('are listed oldest first, the newest so many, after a moment', async () => {
    const three = await decisions('?limit=3');
    expect(three.map(({ seq }, index) => seq - index)).toEqual(Array<number>(3).fill(three[0]?.seq ?? -1));
    const later = await decisions(`?since=${before}`);
    expect(later.every(({ at }) => at > Date.parse(before))).toBe(true);
    expect(later.length).toBeGreaterThan(0);
    expect(three[0]).not.toHaveProperty('checkpoint');
  });
});

describe('what cannot be told', () => {
  it.each([
    ['/controller/explain?at=noon', 400, /\[BAD_TIME\].*2026-09-21T14:03:20Z/],
    ['/controller/explain?at=2101-01-01T00:00:00Z', 400, /\[BAD_TIME\].*in the future/],
    ['/controller/explain?when=now', 400, /\[BAD_QUERY\].*when.*Known: at/],
    ['/controller/explain?at=2001-01-01T00:00:00Z', 404, /\[NOT_HELD\].*--log FILE/],
    ['/controller/decisions?limit=0', 400, /\[BAD_LIMIT\].*1 to 3600/],
    ['/controller/decisions?limits=3', 400, /\[BAD_QUERY\].*Did you mean limit/],
  ])('%s', async (path, status, text) => {
    const response = await fetch(`${worker.url}${path}`, { headers: { authorization: `Bearer ${admin}` } });
    expect(response.status).toBe(status);
    expect(await response.text()).toMatch(text);
  });

  it.each(['/controller/explain', '/controller/decisions'])('%s is told to operators only', async (path) => {
    const response = await fetch(`${worker.url}${path}`);
    expect(response.status).toBe(401);
    expect(await response.text()).toMatch(/"\[WRONG_KEY\] The operator's key is missing/);
  });

  it.each([
    [['--at', 'noon'], 2, /--at "noon" is no moment.*this machine's clock/],
    [['--log', 'nowhere.jsonl'], 1, /\[NO_LOG\] nowhere.jsonl cannot be read/],
    [['--log', 'x', '--url', 'http://127.0.0.1:1'], 2, /give one of them/],
    [['--url', 'http://127.0.0.1:1'], 1, /\[NO_WORKER\].*flyball start/],
  ])('flyball explain %j', async (args, status, text) => {
    const ran = await flyball(['explain', ...args]);
    expect(ran.error).toMatch(text);
    expect(ran).toMatchObject({ status, out: '' });
  });
});

interface Listed {
  readonly seq: number;
  readonly at: number;
  readonly mode: string;
}

async function decisions(query: string): Promise<readonly Listed[]> {
  const answer = JSON.parse(await asked(`/controller/decisions${query}`)) as { readonly decisions: readonly Listed[] };
  return answer.decisions;
}

async function asked(path: string, accept = 'application/json'): Promise<string> {
  const headers = { accept, authorization: `Bearer ${admin}` };
  return (await fetch(`${worker.url}${path}`, { headers })).text();
}

interface Ran {
  readonly status: number;
  readonly out: string;
  readonly error: string;
}

/** The built program, as the operator has set it up. */
function flyball(args: readonly string[]): Promise<Ran> {
  const env = { PATH: process.env['PATH'] ?? '', PORT: new URL(worker.url).port, FLYBALL_KEY: admin };
  return new Promise((resolve) => {
    execFile(process.execPath, ['dist/apps/cli/main.js', ...args], { env }, (failure, out, error) => {
      resolve({ status: failure === null ? 0 : Number(failure.code), out, error });
    });
  });
}
