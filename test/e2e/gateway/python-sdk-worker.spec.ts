import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { workerEnvironment } from '#libs/runpod';
import { call, fleetWith, startGateway, type Answer, type TestGateway } from './start-gateway.ts';

const python = process.env['RUNPOD_PYTHON'] ?? '';

let directory: string;
let gateway: TestGateway;
let workers: ChildProcess[] = [];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-sdk-'));
  writeFileSync(join(directory, 'log'), '');
  const http = { apiKeys: [{ label: 'app', key: 'client' }], adminKeys: [{ label: 'ops', key: "worker's key" }] };
  gateway = await startGateway({ http, fleet: fleetWith() });
});

afterEach(async () => {
  await Promise.all(workers.map(ended));
  workers = [];
  await gateway.close();
  rmSync(directory, { recursive: true });
});

/** Its pings are a process of their own, in its group. */
async function ended(worker: ChildProcess): Promise<void> {
  if (worker.pid === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
  const exit = once(worker, 'exit');
  process.kill(-worker.pid, 'SIGKILL');
  await exit;
}

/** Started by a shell that reads the printed block, and by nothing else that is ours. */
function startSdk(kind: string, concurrency = 50): ChildProcess {
  const url = `http://127.0.0.1:${gateway.port}`;
  const block = workerEnvironment({
    url,
    endpoint: 'local',
    worker: `sdk-${kind}`,
    key: "worker's key",
    pingInterval: 1_000,
  });
  const script = `set -a\n${block}set +a\nexec "$PYTHON" test/fixtures/handlers/sdk-worker.py`;
  const worker = spawn('/bin/sh', ['-c', script], {
    env: {
      PATH: process.env['PATH'] ?? '',
      // A key saved there would win over the variable.
      HOME: directory,
      PYTHON: python,
      SDK_KIND: kind,
      SDK_CONCURRENCY: String(concurrency),
      SDK_LOG: join(directory, 'log'),
      // They ask servers elsewhere.
      RUNPOD_SKIP_AUTO_SYSTEM_CHECKS: 'true',
      RUNPOD_SKIP_GPU_CHECK: 'true',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  workers.push(worker);
  return worker;
}

const key = { authorization: 'Bearer client', 'content-type': 'application/json' };
const ask = (method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> =>
  call(gateway, method, path, body, key);
const run = async (input: object): Promise<string> => (await ask('POST', 'run', { input })).body.id;
const end = async (id: string): Promise<Answer['body']> => (await ask('GET', `status-sync/${id}?wait=60000`)).body;
const many = (count: number, input: (n: number) => object): Promise<string[]> =>
  Promise.all(Array.from({ length: count }, (_, n) => run({ n, ...input(n) })));

/** What the handler noted of a job: the time, s since 1970. */
function noted(what: string, id: string): number | undefined {
  const line = readFileSync(join(directory, 'log'), 'utf8')
    .split('\n')
    .find((text) => text.endsWith(`${what} ${id}`));
  return line === undefined ? undefined : Number(line.split(' ')[0]);
}

function calls(operation: string): number {
  return gateway.events.filter((event) => event.type === 'http-request' && event.operation === operation).length;
}

describe.skipIf(python === '')(
  'the official Python SDK, by the printed environment alone (RUNPOD_PYTHON names a Python that has it)',
  () => {
    it('31: works through 80 async jobs: returning, raising, with an error, with progress, cancelled', async () => {
      startSdk('async');
      const returning = await many(45, () => ({}));
      const raising = await many(10, () => ({ fail: true }));
      const erring = await many(10, () => ({ error: true }));
      const telling = await many(5, () => ({ progress: true }));
      const hanging = await many(10, () => ({ hang: true }));
      const [told = ''] = telling;
      await expect
        .poll(async () => (await ask('GET', `status/${told}`)).body, { timeout: 20_000, interval: 100 })
        .toMatchObject({ status: 'IN_PROGRESS', output: { at: 0 } });
      await expect.poll(() => hanging.every((id) => noted('hangs', id)), { timeout: 20_000 }).toBe(true);
      for (const id of hanging) expect((await ask('POST', `cancel/${id}`)).body).toMatchObject({ status: 'CANCELLED' });
      for (const [n, id] of returning.entries()) {
        expect(await end(id)).toMatchObject({ status: 'COMPLETED', output: { n, attempt: 1 }, workerId: 'sdk-async' });
      }
      for (const [n, id] of raising.entries()) {
        const { status, error } = await end(id);
        expect([status, Object.keys(JSON.parse(error)).length]).toEqual(['FAILED', 6]);
        expect(JSON.parse(error)).toMatchObject({ error_type: "<class 'ValueError'>", error_message: `no ${n}` });
      }
      for (const [n, id] of erring.entries()) {
        expect(await end(id)).toMatchObject({ status: 'FAILED', error: `{"code":${n}}`, output: { rest: true } });
      }
      for (const [n, id] of telling.entries()) expect(await end(id)).toMatchObject({ output: { n } });
      await expect.poll(() => hanging.every((id) => noted('stopped', id)), { timeout: 5_000 }).toBe(true);
      for (const id of hanging) expect(await end(id)).toMatchObject({ status: 'CANCELLED' });
      await expect
        .poll(async () => (await ask('GET', 'health')).body)
        .toMatchObject({
          jobs: { completed: 50, failed: 20, inProgress: 0, inQueue: 0, retried: 0 },
          workers: { idle: 1, ready: 1 },
        });
      expect(calls('job-take-batch')).toBeGreaterThan(0);
      expect(calls('ping')).toBeGreaterThan(0);
    });

    it('31: works through 120 jobs of sync handlers and generators, and their chunks', async () => {
      startSdk('sync');
      const plain = await many(40, (n) => (n % 10 === 0 ? { fail: true } : {}));
      for (const [n, id] of plain.entries()) {
        const state = n % 10 === 0 ? { status: 'FAILED' } : { status: 'COMPLETED', output: { n, loss: null } };
        expect(await end(id)).toMatchObject(state);
      }
      await ended(workers[0] as ChildProcess);
      startSdk('generator');
      const yielding = await many(40, (n) => (n % 10 === 0 ? { fail: true } : {}));
      for (const [n, id] of yielding.entries()) {
        const fails = { status: 'FAILED', error: expect.stringMatching(/^handler: no \d+ \ntrace/) };
        expect(await end(id)).toMatchObject(n % 10 === 0 ? fails : { status: 'COMPLETED', output: [] });
        const { stream } = (await ask('GET', `stream/${id}`)).body;
        expect(stream).toEqual([0, 1, 2].map((step) => ({ output: { n, step } })));
      }
      await ended(workers[1] as ChildProcess);
      startSdk('async-generator');
      const aggregated = await many(40, () => ({}));
      for (const [n, id] of aggregated.entries()) {
        expect(await end(id)).toMatchObject({ status: 'COMPLETED', output: [`${n}.0`, `${n}.1`, `${n}.2`] });
      }
    }, 60_000);

    it('37: a cancel frees the slot of a running async job in less than 1 s, with few stop polls; 35: idle, it takes seldom', async () => {
      startSdk('async', 1);
      const id = await run({ n: 1, hang: true });
      await expect.poll(() => noted('hangs', id), { timeout: 20_000 }).toBeDefined();
      const stopsBefore = calls('job-stop');
      const takesBefore = calls('job-take');
      const start = Date.now();
      await ask('POST', `cancel/${id}`);
      const next = await run({ n: 2 });
      await expect.poll(() => noted('stopped', id), { timeout: 5_000, interval: 10 }).toBeDefined();
      expect((noted('stopped', id) ?? 0) * 1000 - start).toBeLessThan(1_000);
      expect(await end(next)).toMatchObject({ status: 'COMPLETED', output: { n: 2 } });
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      const seconds = (Date.now() - start) / 1000;
      expect((calls('job-stop') - stopsBefore) / seconds).toBeLessThan(2);
      // One take brought the job; the next one is still held.
      expect(calls('job-take') - takesBefore).toBe(1);
    });
  },
);
