import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { openRunpodQueue } from '#libs/queue';
import { HeldJobs, startBoth, startPlatform, startWorker } from './set-up.ts';

it('50: SIGTERM while a take answers: the job is finished, or unlisted and sent again; none is stuck', async () => {
  const ids: string[] = [];
  const ranFirst: string[] = [];
  const fake = await startPlatform({ latencyMs: 15 });
  const second = fake.variables({ RUNPOD_POD_ID: 'w2' });
  for (let round = 0; round < 8; round += 1) {
    const id = `job-${round}`;
    ids.push(id);
    const worker = await startWorker({
      variables: fake.variables(),
      limit: 1,
      run: async (job) => void ranFirst.push(job.id),
    });
    await fake.until(() => fake.of('take').length > 0);
    fake.jobs.add(id);
    // From before the answer leaves to after the result is on its way.
    await sleep(7 * round);
    await worker.stop(1000);
    fake.calls.length = 0;
  }
  fake.jobs.expire('w1');
  const { queue } = await startWorker({ variables: second, limit: 2, run: async () => undefined });
  await fake.until(() => fake.jobs.in('done').length === ids.length);
  const ended = ids.map((id) => `${id} by ${fake.jobs.job(id).worker}`);
  expect(ended).toEqual(ids.map((id) => `${id} by ${ranFirst.includes(id) ? 'w1' : 'w2'}`));
  for (const id of ranFirst) expect(fake.jobs.job(id).takes).toBe(1);
  await fake.until(() => queue.results === 0);
});

it('50: at the end of the drain running jobs are unlisted, waiting ones at its beginning, and finished ones delivered', async () => {
  const jobs = new HeldJobs();
  const { fake, worker } = await startBoth({ limit: 2, run: jobs.run, freeSoon: () => 1 });
  fake.jobs.add('ends', 'hangs', 'waits');
  await fake.until(() => jobs.running.size === 2 && worker.queue.held.waiting === 1);
  await fake.until(() => fake.listed.length === 3);
  const stopping = worker.stop(1500);
  await fake.until(() => !fake.listed.includes('waits'));
  expect(fake.listed).toEqual(['ends', 'hangs']);
  jobs.finish('ends');
  await stopping;
  expect(fake.jobs.job('ends').state).toBe('done');
  expect(fake.jobs.job('hangs')).toMatchObject({ state: 'taken', results: [] });
  const takes = fake.of('take').length;
  const pings = fake.of('ping').length;
  await sleep(1200);
  expect([fake.of('take').length, fake.of('ping').length]).toEqual([takes, pings]);
  const unlisted = worker.notices.filter(({ event }) => event === 'job-unlisted').map(({ jobId }) => String(jobId));
  expect(unlisted.toSorted()).toEqual(['hangs', 'waits']);
});

it('gives a job back to its own line, where it starts first', async () => {
  const fake = await startPlatform();
  const folder = mkdtempSync(join(tmpdir(), 'flyball-outbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const queue = await openRunpodQueue({ variables: fake.variables(), outbox: { folder }, freeSoon: () => 1 });
  onTestFinished(() => queue.close());
  const never = new AbortController().signal;
  fake.jobs.add('a', 'b');
  const [first] = await queue.take(1, never);
  await fake.until(() => queue.held.waiting === 1);
  await first?.giveBack();
  const again = await queue.take(2, never);
  expect(again.map(({ job }) => [job.id, job.attempt])).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
  await first?.succeed('of the lease that was given back');
  expect(queue.results).toBe(0);
  expect(fake.jobs.job('a').takes).toBe(1);
});

it('60: asked to be replaced it takes no more, finishes the others, and says so with their results', async () => {
  const jobs = new HeldJobs();
  const { fake, worker } = await startBoth({ limit: 2, run: jobs.run });
  fake.jobs.add('a', 'b');
  await fake.until(() => jobs.running.size === 2);
  worker.queue.refreshWorker();
  fake.jobs.add('c');
  jobs.finishAll();
  await fake.until(() => fake.jobs.in('done').length === 2);
  await sleep(50);
  expect(jobs.started).toEqual(['a', 'b']);
  for (const id of ['a', 'b']) expect(fake.jobs.job(id).results[0]?.body).toMatchObject({ stopPod: true });
  expect(worker.queue.ready).toBe(false);
});

it('reports itself unhealthy once, with check and reason, and does not hang where nobody answers', async () => {
  const { fake, worker } = await startBoth({ limit: 1, run: async () => undefined });
  await worker.queue.unhealthy('gpu', 'x'.repeat(1000));
  const said = fake.of('ping').find(({ query }) => query.get('status') === 'unhealthy');
  expect(Object.fromEntries(said?.query ?? [])).toEqual({
    status: 'unhealthy',
    check: 'gpu',
    reason: 'x'.repeat(256),
    runpod_version: '1.12.0',
  });
  fake.latencyMs = 5000;
  const started = performance.now();
  await worker.queue.unhealthy('gpu', 'gone');
  expect(performance.now() - started).toBeLessThan(3000);
  fake.latencyMs = 0;
});
