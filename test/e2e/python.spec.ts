import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseRecord, type DecisionRecord } from '#libs/core';
import { startProcess, type StandaloneProcess } from './standalone-process.ts';

let directory: string;
let flyball: StandaloneProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-'));
});

afterEach(async () => {
  await flyball?.stop();
  flyball = undefined;
  rmSync(directory, { recursive: true });
});

async function start(handler: string, env: Readonly<Record<string, string>>): Promise<StandaloneProcess> {
  flyball = await startProcess(`test/fixtures/handlers/${handler}`, {
    QUEUE_URL: `sqlite:${join(directory, 'queue.db')}`,
    DECISION_LOG: join(directory, 'decisions.jsonl'),
    CONCURRENCY_PERIOD: '100ms',
    ...env,
  });
  return flyball;
}

function records(): readonly DecisionRecord[] {
  const lines = readFileSync(join(directory, 'decisions.jsonl'), 'utf8').trim().split('\n');
  return lines.filter((line) => line.endsWith('}')).map(parseRecord);
}

async function runsync(input: unknown): Promise<{ status: string; output?: unknown }> {
  const body = JSON.stringify({ input });
  const response = await fetch(`${flyball?.url}/v2/local/runsync`, { method: 'POST', body });
  return (await response.json()) as { status: string };
}

describe('a handler.py as RunPod’s documentation writes it, unchanged', () => {
  it('runs, and its modifier sets the limit under CONCURRENCY_STRATEGY=handler', async () => {
    await start('documented.py', { CONCURRENCY_STRATEGY: 'handler' });
    expect(await runsync({ prompt: 'hello' })).toMatchObject({
      status: 'COMPLETED',
      output: "Processed: {'prompt': 'hello'}",
    });
    await expect.poll(() => records().map(({ limit }) => limit.gate)).toContain(6);
    const limits = records().map(({ limit }) => limit.gate);
    // On a busy machine an answer may take longer than a period.
    const answered = records().filter(({ reason }) => reason !== 'modifier-pending');
    expect([...new Set(answered.map(({ limit }) => limit.gate))]).toEqual([2, 3, 4, 5, 6]);
    expect(limits.filter((limit) => limit < 6).length).toBeLessThan(limits.length);
    expect(records().every(({ observation }) => observation.modifier !== undefined)).toBe(true);
  });

  it('runs under aimd, which does not call the modifier and says so once', async () => {
    const { output } = await start('documented.py', { CONCURRENCY_STRATEGY: 'aimd' });
    expect((await runsync({})).status).toBe('COMPLETED');
    await expect.poll(() => records().length).toBeGreaterThan(3);
    expect(records().some(({ observation }) => observation.modifier !== undefined)).toBe(false);
    expect(output().match(/"event":"modifier-unused"/g)).toHaveLength(1);
  });
});

describe('sync handlers', () => {
  it('55: run one at a time by default, whatever the strategy asks for', async () => {
    await start('sync.py', { CONCURRENCY_INITIAL: '4' });
    const started = performance.now();
    await Promise.all([1, 2, 3, 4].map(() => runsync({ seconds: 1 })));
    expect(performance.now() - started).toBeGreaterThan(3900);
    expect(flyball?.output()).toContain('CONCURRENCY_MAX');
  });

  it('55: overlap with CONCURRENCY_MAX=4, and the endpoint goes on answering', async () => {
    await start('sync.py', { CONCURRENCY_STRATEGY: 'fixed', CONCURRENCY_FIXED_LIMIT: '4', CONCURRENCY_MAX: '4' });
    const jobs = Promise.all([1, 2, 3, 4].map(() => runsync({ seconds: 1 })));
    await expect.poll(() => records().some(({ observation }) => observation.inFlight.max === 4)).toBe(true);
    expect((await fetch(`${flyball?.url}/v2/local/health`)).status).toBe(200);
    expect((await jobs).map(({ status }) => status)).toEqual(Array(4).fill('COMPLETED'));
  });
});

it('61: no answer of a modifier stops the worker, and each is recorded', async () => {
  await start('modifiers.py', { CONCURRENCY_STRATEGY: 'handler', CONCURRENCY_MAX: '64' });
  await expect
    .poll(() => records().filter(({ reason }) => reason === 'modifier-pending').length, { timeout: 10_000 })
    .toBeGreaterThan(3);
  const told = records().filter(({ reason }) => reason !== 'modifier-pending');
  const seen = told.map(({ reason, limit, error }) => `${reason} ${limit.gate}${error ? ` ${error.kind}` : ''}`);
  const distinct = seen.filter((text, index) => text !== seen[index - 1]);
  expect(distinct).toEqual([
    'modifier 4',
    'strategy-error 4 threw',
    'modifier 0',
    'modifier 2',
    'modifier 64',
    'strategy-error 64 threw',
    'modifier 7',
  ]);
  const invalid = told.flatMap(({ observation }) => observation.modifier?.invalid ?? []);
  expect(invalid).toHaveLength(5);
  expect(invalid.join('; ')).toMatch(/None.*bool.*nan.*-1.*no metrics here/i);
  expect((await runsync({ still: 'here' })).output).toEqual({ still: 'here' });
});
