import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { freePort, startProcess, type StandaloneProcess } from '../standalone-process.ts';
import { scriptedWorker } from './scripted-worker.ts';
import { call } from './start-gateway.ts';

let directory: string;
let flyball: StandaloneProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-'));
});

afterEach(async () => {
  await flyball?.stop('SIGKILL');
  rmSync(directory, { recursive: true });
});

it("40: kill -9 of the gateway right after its 200 to job-done loses no result; /concurrency is the worker's limit", async () => {
  const env = {
    PORT: String(await freePort()),
    QUEUE_URL: `sqlite:${join(directory, 'queue.db')}`,
    CONCURRENCY_STRATEGY: 'fixed',
    CONCURRENCY_FIXED_LIMIT: '1',
  };
  const start = async (): Promise<void> => {
    flyball = await startProcess('test/fixtures/handlers/many.mjs', env);
  };
  await start();
  const gateway = { baseUrl: `${flyball?.url}/v2` };
  const worker = scriptedWorker(gateway);
  const run = async (input: unknown): Promise<string> => (await call(gateway, 'POST', 'run', { input })).body.id;
  const status = async (id: string) => (await call(gateway, 'GET', `status/${id}`)).body;

  const own = await run({ sleep: 60_000 });
  await expect.poll(() => status(own)).toMatchObject({ status: 'IN_PROGRESS' });
  expect(await (await fetch(`${flyball?.url}/concurrency`)).text()).toBe('1');
  for (let round = 0; round < 3; round += 1) {
    const id = await run(round);
    expect((await worker.take()).body.id).toBe(id);
    expect((await call(gateway, 'GET', 'health')).body.workers).toMatchObject({ running: 2 });
    expect((await worker.done(id, { output: { round } })).status).toBe(200);
    await flyball?.stop('SIGKILL');
    await start();
    expect(await status(id)).toMatchObject({ status: 'COMPLETED', output: { round }, workerId: 'pod-1' });
    await expect.poll(async () => (await status(own)).status).not.toBe('IN_QUEUE');
  }
});
