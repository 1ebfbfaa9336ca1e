import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import type { FakeAnswer } from '../../doubles/fake-runpod.ts';
import { HeldJobs, startBoth, startPlatform, startWorker } from './set-up.ts';

it('44: a shrinking limit with a batch on the wire starts no job above it; the surplus stays in pings and starts first', async () => {
  const jobs = new HeldJobs();
  const fake = await startPlatform({ latencyMs: 40 });
  fake.jobs.add('a', 'b', 'c', 'd');
  const worker = await startWorker({ variables: fake.variables(), limit: 4, run: jobs.run });
  await fake.until(() => fake.jobs.in('taken').length === 4);
  worker.gate.resize(2);
  await fake.until(() => jobs.started.length === 2);
  fake.jobs.add('later');
  await fake.until(() => fake.listed.length === 4);
  expect(fake.listed).toEqual(['a', 'b', 'c', 'd']);
  expect(jobs.started).toEqual(['a', 'b']);
  for (const [ended, next] of [
    ['a', 'c'],
    ['b', 'd'],
    ['c', 'later'],
  ] as const) {
    jobs.finish(ended);
    await fake.until(() => jobs.started.includes(next));
    expect(jobs.running.size).toBeLessThanOrEqual(2);
  }
  expect(jobs.started).toEqual(['a', 'b', 'c', 'd', 'later']);
  expect(fake.jobs.job('c').takes).toBe(1);
});

it('45: makes at most 2 takes a second against instant 204, 400, 429, 500, other rubbish and dropped connections', async () => {
  const answers: Readonly<Record<string, FakeAnswer>> = {
    204: { status: 204 },
    400: { status: 400 },
    429: { status: 429 },
    500: { status: 500 },
    'an empty list': { status: 200, body: '[]' },
    'a page': { status: 200, headers: { 'content-type': 'text/html' }, body: '<p>' },
    'jobs without ids': { status: 200, body: '[{"input":1}]' },
    dropped: 'drop',
  };
  const seconds = 3;
  const counts = await Promise.all(
    Object.entries(answers).map(async ([name, answer]) => {
      const { fake } = await startBoth({ limit: 10, run: async () => undefined });
      fake.answer = (call) => (call.route === 'take' ? answer : undefined);
      await sleep(seconds * 1000);
      return [name, fake.of('take').length] as const;
    }),
  );
  const tooFewOrMany = counts.filter(([, takes]) => takes < 1 || takes > 2 * seconds + 1);
  expect(tooFewOrMany).toEqual([]);
});

it('45: knocks at most twice a second where connections are refused', async () => {
  let knocks = 0;
  const server = createServer((socket) => {
    knocks += 1;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { readonly port: number };
  const variables = {
    RUNPOD_WEBHOOK_GET_JOB: `http://127.0.0.1:${port}/take/$ID`,
    RUNPOD_WEBHOOK_POST_OUTPUT: `http://127.0.0.1:${port}/done/$ID`,
  };
  const worker = await startWorker({ variables, limit: 10, run: async () => undefined });
  await sleep(3000);
  expect(knocks).toBeGreaterThanOrEqual(2);
  expect(knocks).toBeLessThanOrEqual(6);
  expect(worker.notices.filter(({ event }) => event === 'take-failed')).toHaveLength(1);
});

it('46: a job without input runs with {}, and one without an id does not harm its batch', async () => {
  const inputs = new Map<string, unknown>();
  const fake = await startPlatform();
  fake.jobs.add({ id: 'a', input: 1 }, { input: 2 }, { id: 7, input: 3 }, { id: 'b' });
  const { notices } = await startWorker({
    variables: fake.variables(),
    limit: 10,
    run: async ({ id, input }) => void inputs.set(id, input),
  });
  await fake.until(() => fake.jobs.in('done').length === 2);
  expect([...inputs]).toEqual([
    ['a', 1],
    ['b', {}],
  ]);
  expect(notices.filter(({ event }) => event === 'job-dropped')).toHaveLength(2);
});

it('takes one by one where the address of batches cannot be derived, and says so', async () => {
  const fake = await startPlatform();
  fake.jobs.add('a', 'b', 'c', 'd', 'e');
  const jobs = new HeldJobs();
  jobs.finishAll();
  const variables = fake.variables();
  const take = variables['RUNPOD_WEBHOOK_GET_JOB'] ?? '';
  // The same address in other words.
  const underivable = { ...variables, RUNPOD_WEBHOOK_GET_JOB: take.replace('/job-take/', '/%6Aob-take/') };
  const { notices } = await startWorker({ variables: underivable, limit: 5, run: jobs.run });
  await fake.until(() => fake.jobs.in('done').length === 5);
  expect(fake.of('take').every(({ query }) => !query.has('batch_size'))).toBe(true);
  const missing = notices.filter(({ event }) => event === 'runpod-route-missing').map(({ what }) => what);
  expect(missing).toEqual(['take-batch', 'stop']);
});

it('sends the raw key and its own name, and says whether any job is held', async () => {
  const { fake } = await startBoth({ limit: 2, run: async () => undefined, userAgent: 'Flyball/1' });
  await fake.until(() => fake.of('take').length > 0);
  fake.jobs.add('a');
  await fake.until(() => fake.of('done').length === 1);
  const [take] = fake.of('take');
  expect(take?.headers).toMatchObject({ authorization: 'key', 'user-agent': 'Flyball/1' });
  expect(Object.fromEntries(take?.query ?? [])).toEqual({ gpu: 'H200', batch_size: '2', job_in_progress: '0' });
  const [done] = fake.of('done');
  expect(done?.headers).toMatchObject({
    authorization: 'key',
    'content-type': 'application/x-www-form-urlencoded',
    charset: 'utf-8',
    'x-request-id': 'a',
  });
  await fake.until(() => fake.of('ping').length > 0);
  const [ping] = fake.of('ping');
  expect(Object.fromEntries(ping?.query ?? [])).toEqual({ runpod_version: '1.12.0' });
});

it('is not ready while the platform refuses its key', async () => {
  const { fake, worker } = await startBoth({ limit: 1, run: async () => undefined });
  expect(worker.queue.ready).toBe(true);
  fake.answer = (call) => (call.route === 'take' ? { status: 401 } : undefined);
  await fake.until(() => !worker.queue.ready);
  expect(worker.notices).toContainEqual({ event: 'take-refused', status: 401 });
});
