import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { FakeAnswer, FakeCall } from '../../doubles/fake-runpod.ts';
import type { Run } from './remote-worker.ts';
import { startBoth, startPlatform, startWorker } from './set-up.ts';

/** These answers to the first results that come, then the platform's own. */
function firstDone(...answers: readonly FakeAnswer[]): (call: FakeCall) => FakeAnswer | undefined {
  const left = [...answers];
  return (call) => (call.route === 'done' ? left.shift() : undefined);
}

const succeeds: Run = async () => undefined;

it('47: a result survives 500 × 10 and is listed in pings until it is taken', async () => {
  const { fake, worker } = await startBoth({ limit: 1, run: succeeds, outbox: { pauses: { first: 100, most: 200 } } });
  fake.answer = firstDone(...Array.from({ length: 10 }, () => ({ status: 500 })));
  fake.jobs.add('a');
  await fake.until(() => fake.of('done').length > 0);
  expect(worker.queue.results).toBe(1);
  await fake.until(() => fake.listed.includes('a'));
  await fake.until(() => fake.jobs.job('a').state === 'done');
  expect(fake.of('done')).toHaveLength(11);
  expect(fake.jobs.job('a').results).toEqual([{ body: { output: { of: 'a' } }, isStream: false }]);
  await fake.until(() => worker.queue.results === 0);
});

it('47: a result that is refused five times with 400 becomes a dead letter, and holds up no other', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-outbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const { fake, worker } = await startBoth({ limit: 1, run: succeeds, outbox: { folder } });
  fake.answer = (call) => (call.route === 'done' && call.jobId === 'bad' ? { status: 400 } : undefined);
  fake.jobs.add('bad', 'good');
  await fake.until(() => worker.notices.some(({ event }) => event === 'outbox-dead-letter'));
  expect(fake.of('done').filter(({ jobId }) => jobId === 'bad')).toHaveLength(5);
  expect(fake.jobs.job('good').state).toBe('done');
  const [letter = ''] = readdirSync(join(folder, 'dead'));
  expect(readFileSync(join(folder, 'dead', letter), 'utf8')).toContain('{"output":{"of":"bad"}}');
});

it('47: a result survives a dropped connection', async () => {
  const { fake } = await startBoth({ limit: 1, run: succeeds });
  fake.answer = firstDone('drop', 'drop');
  fake.jobs.add('a');
  await fake.until(() => fake.jobs.job('a').state === 'done');
  expect(fake.of('done')).toHaveLength(3);
});

it('47: results survive a platform that is gone for long, and all arrive soon after it is back', async () => {
  const fake = await startPlatform();
  let release: () => void = () => undefined;
  const released = new Promise<void>((resolve) => (release = resolve));
  const worker = await startWorker({
    variables: fake.variables(),
    limit: 20,
    run: async () => released,
    outbox: { pauses: { first: 5, most: 50 } },
  });
  const ids = Array.from({ length: 20 }, (_, index) => `job-${index}`);
  fake.jobs.add(...ids);
  await fake.until(() => worker.gate.inFlight === 20);
  await fake.close();
  release();
  // Hundreds of the longest pauses between tries.
  await sleep(2000);
  expect(worker.queue.results).toBe(20);
  expect(worker.queue.oldestAge).toBeGreaterThan(1000);
  const back = await startPlatform({ port: fake.port, jobs: fake.jobs });
  await back.until(() => worker.queue.results === 0, 2000);
  expect(back.jobs.in('done').toSorted()).toEqual(ids.toSorted());
});

it('47: a result survives kill -9 of the worker, and is delivered by the next one', async () => {
  const fake = await startPlatform();
  const folder = mkdtempSync(join(tmpdir(), 'flyball-outbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  fake.answer = (call) => (call.route === 'done' ? { status: 503 } : undefined);
  const ids = Array.from({ length: 12 }, (_, index) => `job-${index}`);
  fake.jobs.add(...ids);
  const child = new URL('killed-worker.ts', import.meta.url).pathname;
  const args = ['--conditions=flyball-source', child, folder, JSON.stringify(fake.variables())];
  const running = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const kept: string[] = [];
  for await (const line of createInterface({ input: running.stdout })) {
    kept.push(line);
    if (kept.length === 8) running.kill('SIGKILL');
  }
  if (running.signalCode === null) await once(running, 'exit');
  fake.answer = () => undefined;
  const next = await startWorker({ variables: fake.variables(), limit: 1, run: succeeds, outbox: { folder } });
  await fake.until(() => kept.every((id) => fake.jobs.job(id).state === 'done'));
  expect(kept.length).toBeGreaterThanOrEqual(8);
  for (const id of kept) expect(fake.jobs.job(id).results[0]?.body).toEqual({ output: { from: 'the killed one', id } });
  expect(next.notices.map(({ event }) => event)).toContain('outbox-recovered');
  // What it had not finished is sent again.
  fake.jobs.expire('w1');
  await fake.until(() => fake.jobs.in('done').length === ids.length);
});

it.each([404, 410])('drops a result that the platform answers %i for, and counts the try', async (status) => {
  const tries: string[] = [];
  const { fake, worker } = await startBoth({ limit: 1, run: succeeds, tried: (result) => void tries.push(result) });
  fake.answer = firstDone({ status });
  fake.jobs.add('a');
  await fake.until(() => worker.notices.some(({ event }) => event === 'result-gone'));
  expect([worker.queue.results, tries, fake.of('done').length]).toEqual([0, ['refused'], 1]);
});

it('ends a job failed, naming the size, when its result is too large for the platform', async () => {
  const run: Run = async () => ({ outcome: 'succeeded', output: 'x'.repeat(21_000_000) });
  const { fake, worker } = await startBoth({ limit: 1, run });
  fake.answer = (call) => (call.route === 'done' && call.body.length > 20_000_000 ? { status: 413 } : undefined);
  fake.jobs.add('a');
  await fake.until(() => fake.jobs.job('a').state === 'done');
  const { body } = fake.jobs.job('a').results[0] ?? {};
  expect(body).toEqual({ error: expect.stringContaining('21000013 bytes') as string });
  const events = worker.notices.map(({ event }) => event);
  expect(events).toEqual(expect.arrayContaining(['result-large', 'result-too-large']));
});

it('tells a failure in its words, beside what came with it', async () => {
  const failed = {
    outcome: 'failed',
    errorType: 'handler-threw',
    message: 'ValueError: no image',
    retry: false,
  } as const;
  const { fake } = await startBoth({ limit: 1, run: async () => ({ ...failed, output: { partial: 1 } }) });
  fake.jobs.add('a');
  await fake.until(() => fake.jobs.job('a').state === 'done');
  const expected = { error: 'ValueError: no image', output: { partial: 1 } };
  expect(fake.jobs.job('a').results).toEqual([{ body: expected, isStream: false }]);
});

it('leaves a job that another attempt may save to the platform, and tells its cause when that failed too', async () => {
  const attempts: number[] = [];
  const run: Run = async ({ attempt }) => {
    attempts.push(attempt);
    return { outcome: 'overloaded', errorType: 'out-of-memory', message: `no memory in ${attempt}`, retry: true };
  };
  const { fake, worker } = await startBoth({ limit: 1, run });
  fake.jobs.add('a');
  await fake.until(() => worker.notices.some(({ event }) => event === 'job-unlisted'));
  await fake.until(() => fake.jobs.job('a').state === 'done');
  expect(attempts).toEqual([1, 2]);
  expect(fake.jobs.job('a')).toMatchObject({ takes: 2, results: [{ body: { error: 'no memory in 2' } }] });
});

it('does not run a job twice that comes again while its result is on its way', async () => {
  const started: string[] = [];
  const { fake, worker } = await startBoth({ limit: 2, run: async ({ id }) => void started.push(id) });
  fake.answer = (call) => (call.route === 'done' ? { status: 503 } : undefined);
  fake.jobs.add('a');
  await fake.until(() => worker.queue.results === 1);
  fake.jobs.requeue(fake.jobs.job('a'));
  await fake.until(() => worker.notices.some(({ event }) => event === 'job-duplicate'));
  fake.answer = () => undefined;
  await fake.until(() => fake.jobs.job('a').state === 'done');
  expect(started).toEqual(['a']);
});

it('takes no more jobs while there is no room for their results', async () => {
  const { fake, worker } = await startBoth({ limit: 4, run: succeeds, outbox: { maxResults: 2 } });
  fake.answer = (call) => (call.route === 'done' ? { status: 503 } : undefined);
  fake.jobs.endless = true;
  fake.jobs.changed();
  await fake.until(() => worker.queue.results >= 2);
  await sleep(300);
  const taken = fake.jobs.all.size;
  await sleep(300);
  expect(fake.jobs.all.size).toBe(taken);
  fake.answer = () => undefined;
  await fake.until(() => fake.jobs.in('done').length > 4 * taken);
});
