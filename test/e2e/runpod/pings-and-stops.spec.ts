import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startFakeChild } from '../../doubles/fake-runpod-child.ts';
import { HeldJobs, startBoth, startWorker } from './set-up.ts';

it('49: pings list waiting, running and delivering jobs; a stop frees a waiting or running slot once', async () => {
  const jobs = new HeldJobs();
  const { fake, worker } = await startBoth({ limit: 1, run: jobs.run, freeSoon: () => 2 });
  fake.answer = (call) => (call.route === 'done' && call.jobId === 'delivering' ? { status: 503 } : undefined);
  fake.jobs.add('delivering', 'running', 'waiting', 'next', 'last');
  await fake.until(() => jobs.running.has('delivering'));
  jobs.finish('delivering');
  await fake.until(() => jobs.running.has('running'));
  await fake.until(() => fake.jobs.job('next').state === 'taken');
  await fake.until(() => fake.listed.length === 4);
  expect(fake.listed).toEqual(['running', 'waiting', 'next', 'delivering']);

  fake.jobs.cancel('waiting');
  await fake.until(() => !fake.listed.includes('waiting'));
  expect([...jobs.running]).toEqual(['running']);
  fake.jobs.cancel('running');
  await fake.until(() => jobs.running.has('next'));
  expect(worker.gate.inFlight).toBe(1);
  await fake.until(() => !fake.listed.includes('running'));
  expect(fake.listed).toContain('delivering');

  fake.answer = () => undefined;
  jobs.finishAll();
  await fake.until(() => fake.jobs.in('done').length === 3);
  expect(worker.gate.inFlight).toBe(0);
  expect(jobs.started).toEqual(['delivering', 'running', 'next', 'last']);
  // Nothing is posted of what was stopped.
  const posted = new Set(fake.of('done').map(({ jobId }) => jobId));
  expect([...posted].toSorted()).toEqual(['delivering', 'last', 'next']);
});

it('49: asks the stop channel at most once a second when it answers at once, and again at once after a stop', async () => {
  const jobs = new HeldJobs();
  const { fake } = await startBoth({ limit: 2, run: jobs.run });
  fake.answer = (call) =>
    call.route === 'stop' && fake.jobs.in('cancelled').length === 0 ? { status: 204 } : undefined;
  fake.jobs.add('a', 'b');
  await fake.until(() => jobs.running.size === 2);
  await sleep(2000);
  expect(fake.of('stop').length).toBeLessThanOrEqual(4);
  fake.jobs.cancel('a');
  await fake.until(() => !jobs.running.has('a'));
  expect([...jobs.running]).toEqual(['b']);
});

it('49: a job that the platform answers 404 for is stopped as lost', async () => {
  const reasons: unknown[] = [];
  const { fake } = await startBoth({
    limit: 1,
    run: async (_job, context) => {
      context.progress('here');
      await new Promise((resolve) => context.signal.addEventListener('abort', resolve, { once: true }));
      reasons.push(context.signal.reason);
    },
  });
  fake.answer = (call) => (call.route === 'progress' ? { status: 404 } : undefined);
  fake.jobs.add('a');
  await fake.until(() => reasons.length === 1);
  await sleep(50);
  expect(fake.of('done')).toEqual([]);
});

it('49: pings go on while a handler holds the event loop', async () => {
  const platform = await startFakeChild(0);
  onTestFinished(() => platform.close());
  const jobs = new HeldJobs();
  const worker = await startWorker({ variables: platform.variables, limit: 1, run: jobs.run, freeSoon: () => 0 });
  while (jobs.started.length === 0 || (await platform.counts()).listed.length === 0) await sleep(20);
  const { pings: before } = await platform.counts();
  const until = performance.now() + 3500;
  while (performance.now() < until);
  const { pings, listed } = await platform.counts();
  expect(pings - before).toBeGreaterThanOrEqual(3);
  expect(listed).toEqual(jobs.started);
  expect(worker.notices.filter(({ event }) => event === 'ping-failed')).toEqual([]);
});

it('says once that pings do not arrive', async () => {
  const { fake, worker } = await startBoth({ limit: 1, run: async () => undefined });
  fake.answer = (call) => (call.route === 'ping' ? { status: 500 } : undefined);
  await fake.until(() => fake.of('ping').length >= 3);
  expect(worker.notices.filter(({ event }) => event === 'ping-failed')).toHaveLength(1);
});
