import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import runpodSdk from 'runpod-sdk';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess, type StandaloneProcess } from './standalone-process.ts';

const handler = 'test/fixtures/handlers/many.mjs';
let directory: string;
let flyball: StandaloneProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-'));
  flyball = await startProcess(handler, {
    QUEUE_URL: `sqlite:${join(directory, 'queue.db')}`,
    CONCURRENCY_INITIAL: '4',
    DECISION_LOG: join(directory, 'decisions.jsonl'),
  });
});

afterAll(async () => {
  await flyball.stop();
  rmSync(directory, { recursive: true });
});

describe('the built standalone, by the official JavaScript client with a base URL alone', () => {
  const endpoint = () => {
    const found = runpodSdk('any-key', { baseUrl: `${flyball.url}/v2` }).endpoint('local');
    if (found === null) throw new Error('the client gave no endpoint');
    return found;
  };

  it('runs a job and tells its status', async () => {
    const { id } = await endpoint().run({ input: { n: 1 } });
    await expect.poll(async () => (await endpoint().status(id)).status).toBe('COMPLETED');
    expect(await endpoint().status(id)).toHaveProperty('output', [{ job: id, input: { n: 1 } }]);
  });

  it('runs a job and waits for it', async () => {
    const answer = await endpoint().runSync({ input: { sleep: 50 } });
    expect(answer).toMatchObject({ status: 'COMPLETED', output: [{ input: { sleep: 50 } }] });
  });

  it('streams what a generator yields, each once, in order', async () => {
    const { id } = await endpoint().run({ input: { chunks: 20, every: 5 } });
    const seen: unknown[] = [];
    for await (const item of endpoint().stream(id)) seen.push((item as { output: unknown }).output);
    expect(seen.slice(0, 20)).toEqual(Array.from({ length: 20 }, (_, chunk) => ({ chunk })));
    expect(seen).toHaveLength(21);
  });

  it('cancels a running job', async () => {
    const { id } = await endpoint().run({ input: { sleep: 60_000 } });
    await expect.poll(async () => (await endpoint().status(id)).status).toBe('IN_PROGRESS');
    expect((await endpoint().cancel(id)).status).toBe('CANCELLED');
    expect((await endpoint().status(id)).status).toBe('CANCELLED');
  });

  it('tells its health', async () => {
    expect(await endpoint().health()).toMatchObject({
      jobs: { completed: expect.any(Number), inQueue: 0 },
      workers: { idle: 1, ready: 1, running: 0 },
    });
  });

  it('purges what waits and leaves what runs', async () => {
    const running = await Promise.all(Array.from({ length: 4 }, () => endpoint().run({ input: { sleep: 1500 } })));
    await expect.poll(async () => (await endpoint().health()).jobs.inProgress).toBe(4);
    await Promise.all(Array.from({ length: 3 }, () => endpoint().run({ input: {} })));
    expect(await endpoint().purgeQueue()).toMatchObject({ removed: 3, status: 'completed' });
    const [first] = running;
    await expect
      .poll(async () => (await endpoint().status(first?.id ?? '')).status, { timeout: 5000 })
      .toBe('COMPLETED');
  });
});

describe('a handler that misbehaves', () => {
  const runsync = async (input: unknown): Promise<{ status: string; error?: string; output?: unknown }> => {
    const response = await fetch(`${flyball.url}/v2/local/runsync`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ input }),
    });
    return (await response.json()) as { status: string };
  };

  it('fails its job with what it threw', async () => {
    const answer = await runsync({ throw: 'no such model' });
    expect(answer.status).toBe('FAILED');
    expect(answer.error).toContain('no such model');
  });

  it('fails its job when it exits the process, and the worker lives on', async () => {
    const answer = await runsync({ exit: 3 });
    expect(answer.status).toBe('FAILED');
    expect(answer.error).toContain('process.exit(3)');
    expect((await runsync({})).status).toBe('COMPLETED');
  });

  it('may print', async () => {
    expect((await runsync({ print: '{"not":"ours"}' })).status).toBe('COMPLETED');
  });
});

describe('the endpoints for operators', () => {
  it('answers /metrics as OpenMetrics with the limit in it', async () => {
    await expect
      .poll(async () => (await fetch(`${flyball.url}/metrics`)).text())
      .toMatch(/^flyball_concurrency_limit\{queue="local"\} \d+$/m);
    const response = await fetch(`${flyball.url}/metrics`);
    expect(response.headers.get('content-type')).toContain('openmetrics-text');
    expect((await response.text()).trimEnd()).toMatch(/# EOF$/);
  });

  it('is alive and ready', async () => {
    expect((await fetch(`${flyball.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${flyball.url}/readyz`)).status).toBe(200);
  });

  it('says once that the handler has a modifier which is not used', () => {
    expect(flyball.output().match(/modifier-unused/g)).toHaveLength(1);
  });
});

describe('wrong settings', () => {
  it('are told all at once, with the nearest known name, and the status is 2', async () => {
    const started = startProcess(handler, {
      CONCURRENCY_STRATEGY: 'pdi',
      CONCURENCY_MAX: '3',
      CONCURRENCY_MAXX: '9',
      QUEUE_ATTEMPTS: 'x',
    });
    await expect(started).rejects.toThrow(/exited with 2[\s\S]*"pdi"[\s\S]*Did you mean pid/);
    await expect(started).rejects.toThrow(/CONCURRENCY_MAXX[\s\S]*CONCURRENCY_MAX/);
    await expect(started).rejects.toThrow(/QUEUE_ATTEMPTS="x"/);
  });
});

it('says what to do when the port is taken', async () => {
  const port = new URL(flyball.url).port;
  const second = startProcess(handler, { PORT: port, QUEUE_URL: `sqlite:${join(directory, 'other.db')}` }, [], 'exit');
  await expect(second).rejects.toThrow(/CANNOT_LISTEN[\s\S]*Set PORT/);
});

it('says what to do when the queue file has an owner', async () => {
  const second = startProcess(handler, { QUEUE_URL: `sqlite:${join(directory, 'queue.db')}` });
  await expect(second).rejects.toThrow(/QUEUE_OWNED/);
});

it('ends with status 0 when told to stop, and says its phases', async () => {
  expect(await flyball.stop()).toBe(0);
  expect(flyball.output()).toMatch(/"phase":"draining"[\s\S]*"phase":"stopped"/);
});
