import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Failure } from '#libs/core';
import { FakeRunpod } from '../../../test/doubles/fake-runpod.ts';
import type { RunpodNotice } from './notices.ts';
import { openRunpodQueue } from './open.ts';
import type { RunpodQueue } from './queue.ts';

const never = new AbortController().signal;
const failure: Failure = { outcome: 'overloaded', errorType: 'out-of-memory', message: 'full', retry: true };

interface Opened {
  readonly fake: FakeRunpod;
  readonly queue: RunpodQueue;
  readonly notices: readonly RunpodNotice[];
  readonly setWall: (at: number) => void;
}

async function open(): Promise<Opened> {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-outbox-'));
  const fake = await FakeRunpod.start();
  const notices: RunpodNotice[] = [];
  let wall = 5000;
  const queue = await openRunpodQueue({
    variables: fake.variables(),
    outbox: { folder, pauses: { first: 20, most: 50 } },
    freeSoon: () => 0,
    wall: () => wall,
    report: (event) => void notices.push(event),
  });
  onTestFinished(async () => {
    await queue.close();
    await fake.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { fake, queue, notices, setWall: (at) => (wall = at) };
}

/** As a gateway of ours hands it out. */
const counted = (attempt: number, more: object = {}): object => ({
  id: 'a',
  input: {},
  attempt,
  enqueuedAt: 1000,
  ...more,
});

it('tells a gateway that counts attempts of each failure, and leaves it to the gateway to try again', async () => {
  const { fake, queue, notices } = await open();
  fake.jobs.add(counted(1));
  const [lease] = await queue.take(1, never);
  await lease?.fail(failure);
  await fake.until(() => fake.jobs.job('a').state === 'done');
  const { retry, outcome, errorType } = failure;
  expect(fake.jobs.job('a').results).toEqual([
    { body: { error: 'full', flyball: { attempt: 1, outcome, errorType, retry } }, isStream: false },
  ]);
  expect(notices).not.toContain('job-unlisted');
});

it('tells it so of a job that was given back to its own line, too', async () => {
  const { fake, queue } = await open();
  fake.jobs.add(counted(1));
  const [first] = await queue.take(1, never);
  await first?.giveBack();
  const [lease] = await queue.take(1, never);
  await lease?.fail(failure);
  await fake.until(() => fake.jobs.job('a').state === 'done');
  expect(fake.jobs.job('a').results[0]?.body).toMatchObject({ flyball: { attempt: 1, retry: true } });
});

it('begins the next attempt when the failure of the last has been taken, and runs none twice', async () => {
  const { fake, queue, notices } = await open();
  fake.jobs.add(counted(1));
  const [first] = await queue.take(1, never);
  fake.answer = (call) => (call.route === 'done' ? { status: 503 } : undefined);
  await first?.fail(failure);
  let begun = false;
  const taken = queue.take(1, never);
  void taken.then(() => void (begun = true));
  fake.jobs.add(counted(1));
  await fake.until(() => notices.includes('job-duplicate'));
  fake.jobs.add(counted(2));
  await fake.until(() => queue.held.jobs === 1);
  await fake.until(() => fake.listed.includes('a'));
  expect([begun, queue.results]).toEqual([false, 1]);
  fake.answer = () => undefined;
  const [second] = await taken;
  expect(second?.job).toMatchObject({ id: 'a', attempt: 2 });
  await second?.succeed('now');
  await fake.until(() => queue.results === 0);
  expect(fake.jobs.job('a').results.at(-1)?.body).toEqual({ output: 'now' });
});

it('takes no other result of a job for one that asks for the next attempt', async () => {
  const { fake, queue, notices } = await open();
  fake.jobs.add(counted(1));
  const [first] = await queue.take(1, never);
  fake.answer = (call) => (call.route === 'done' ? { status: 503 } : undefined);
  await first?.succeed('done');
  void queue.take(1, never);
  fake.jobs.add(counted(2));
  await fake.until(() => notices.includes('job-duplicate'));
  expect(queue.held.jobs).toBe(0);
});

it.each([
  [10_999, 'cancelled'],
  [11_000, 'expired'],
])('stopped at %i, a job of 1,000 with 10 s to live is %s', async (at, reason) => {
  const { fake, queue, setWall } = await open();
  fake.jobs.add(counted(1, { policy: { ttl: 10_000 } }));
  const [lease] = await queue.take(1, never);
  setWall(at);
  fake.jobs.cancel('a');
  await fake.until(() => lease?.cancelled.aborted === true);
  expect(lease?.cancelled.reason).toBe(reason);
});
