import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, startProcess, type StandaloneProcess } from './standalone-process.ts';

interface Status {
  readonly status: string;
  readonly error?: string;
  readonly retries?: number;
  readonly delayTime?: number;
  readonly executionTime?: number;
  readonly workerId?: string;
  readonly output?: unknown;
}

const handler = 'test/fixtures/handlers/many.mjs';
let directory: string;
let env: Readonly<Record<string, string>>;
let flyball: StandaloneProcess;

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-'));
  env = {
    PORT: String(await freePort()),
    QUEUE_URL: `sqlite:${join(directory, 'queue.db')}`,
    CONCURRENCY_STRATEGY: 'fixed',
    CONCURRENCY_FIXED_LIMIT: '4',
    DRAIN_TIMEOUT: '1s',
  };
  flyball = await startProcess(handler, env);
});

afterAll(async () => {
  await flyball.stop();
  rmSync(directory, { recursive: true });
});

async function run(body: Readonly<Record<string, unknown>>): Promise<string> {
  const response = await fetch(`${flyball.url}/v2/local/run`, { method: 'POST', body: JSON.stringify(body) });
  return ((await response.json()) as { id: string }).id;
}

async function status(id: string): Promise<Status> {
  return (await (await fetch(`${flyball.url}/v2/local/status/${id}`)).json()) as Status;
}

async function becomes(id: string, wanted: string, timeout = 10_000): Promise<Status> {
  await expect.poll(async () => (await status(id)).status, { timeout }).toBe(wanted);
  return status(id);
}

describe('an attempt that does not end as it should', () => {
  it('12: is TIMED_OUT past its executionTimeout, and the worker lives on', async () => {
    const id = await run({ input: { sleep: 60_000 }, policy: { executionTimeout: 5000 } });
    const { error, executionTime } = await becomes(id, 'TIMED_OUT');
    expect(error).toContain('5000 ms');
    expect(executionTime).toBeGreaterThanOrEqual(5000);
    await becomes(await run({ input: {} }), 'COMPLETED');
  });

  it('15, 17: is tried again when its worker is killed, three times at most, with the true cause at the end', async () => {
    const submitted = Date.now();
    const id = await run({ input: { sleep: 60_000 } });
    for (let kill = 1; kill <= 3; kill += 1) {
      const running = await becomes(id, 'IN_PROGRESS');
      expect(running.error).toBeUndefined();
      expect(running.retries).toBe(kill === 1 ? undefined : kill - 1);
      await flyball.stop('SIGKILL');
      flyball = await startProcess(handler, env);
    }
    const { error, retries, workerId, delayTime } = await becomes(id, 'FAILED');
    expect(error).toContain(workerId);
    expect(error).toMatch(/\d{4}-\d\d-\d\dT.*attempt 3 of 3/);
    expect(retries).toBe(2);
    expect(delayTime).toBeGreaterThan(1000);
    expect(delayTime).toBeLessThan(Date.now() - submitted);
  });

  it('goes back uncounted when the worker is told to stop before it is done', async () => {
    const id = await run({ input: { sleep: 4000 } });
    await becomes(id, 'IN_PROGRESS');
    expect(await flyball.stop()).toBe(0);
    flyball = await startProcess(handler, env);
    const { retries } = await becomes(id, 'COMPLETED');
    expect(retries).toBeUndefined();
  });

  it('streams on after a restart what was not yet read', async () => {
    const id = await run({ input: { chunks: 3 } });
    await becomes(id, 'COMPLETED');
    await flyball.stop('SIGKILL');
    flyball = await startProcess(handler, env);
    const { stream } = (await (await fetch(`${flyball.url}/v2/local/stream/${id}`)).json()) as { stream: unknown[] };
    expect(stream).toHaveLength(4);
  });
});
