import { expect, it } from 'vitest';
import type { Lease } from '#libs/core';
import type { Queue } from '#libs/queue';
import { aFailure, aJob, never, takeIds, takeOne, type OpenQueue } from './subject.ts';

const pod = { worker: 'pod-1', leaseMs: 35_000 };

async function takeFor(queue: Queue, terms = pod): Promise<Lease> {
  const [lease] = await queue.take(1, never, terms);
  if (lease === undefined) throw new Error('take() answered without a lease');
  return lease;
}

/** Workers that are other processes, served through this one. */
export function foreignClaims(open: OpenQueue): void {
  it('gives a job to the worker it was taken for', async () => {
    const { queue } = await open();
    await queue.enqueue(aJob('a'));
    await queue.enqueue(aJob('b'));
    const [foreign, own] = await Promise.all([takeFor(queue), takeOne(queue)]);
    expect(await queue.get(foreign.job.id)).toMatchObject({ status: 'IN_PROGRESS', workerId: 'pod-1' });
    expect(await queue.get(own.job.id)).toMatchObject({ status: 'IN_PROGRESS', workerId: 'w1' });
  });

  it('keeps a lease that is renewed, and says which jobs are not the worker’s', async () => {
    const { queue, advance } = await open();
    for (const id of ['a', 'b', 'c', 'waiting']) await queue.enqueue(aJob(id));
    await takeFor(queue);
    await takeFor(queue, { ...pod, worker: 'pod-2' });
    await (await takeFor(queue)).succeed(1);
    for (let ping = 0; ping < 10; ping += 1) {
      await advance(10_000);
      const strangers = await queue.renew('pod-1', ['a', 'b', 'c', 'waiting', 'unknown']);
      expect(strangers).toEqual(['b', 'c', 'waiting', 'unknown']);
    }
    expect(await queue.get('a')).toMatchObject({ status: 'IN_PROGRESS', workerId: 'pod-1', retries: 0 });
  });

  it('takes a job back from a worker that is not heard of any more, to its old place', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(aJob('a'));
    const lease = await takeFor(queue);
    const { cancelled } = lease;
    await queue.enqueue(aJob('b'));
    await advance(30_000);
    expect(await queue.get('a')).toMatchObject({ status: 'IN_PROGRESS' });
    await advance(40_000);
    expect(cancelled.reason).toBe('lost');
    expect(await queue.get('a')).toMatchObject({ status: 'IN_QUEUE' });
    expect(await queue.renew('pod-1', ['a'])).toEqual(['a']);
    const again = await takeOne(queue);
    expect(again.job).toMatchObject({ id: 'a', attempt: 2 });
  });

  it('names a silent worker in the error of a job that has no attempt left', async () => {
    const { queue, advance } = await open({ attempts: 1 });
    await queue.enqueue(aJob('a'));
    await takeFor(queue);
    await advance(80_000);
    const view = await queue.get('a');
    expect(view).toMatchObject({ status: 'FAILED', workerId: 'pod-1' });
    expect(view?.error).toMatch(/^worker pod-1 stopped answering at .*, attempt 1 of 1$/);
  });

  it('finds the lease of a worker by job, and no other', async () => {
    const { queue } = await open();
    for (const id of ['a', 'b', 'own']) await queue.enqueue(aJob(id));
    await takeFor(queue);
    await takeFor(queue);
    await takeOne(queue);
    const a = await queue.held('a', 'pod-1');
    await a?.progress('half');
    expect(await queue.get('a')).toMatchObject({ output: 'half' });
    await a?.chunk('piece');
    await a?.succeed('done');
    expect(await queue.get('a')).toMatchObject({ status: 'COMPLETED', output: 'done' });
    await (await queue.held('b', 'pod-1'))?.fail(aFailure());
    expect(await queue.get('b')).toMatchObject({ status: 'FAILED' });
    expect((await queue.chunks('a', 1e6)).chunks.map(({ data }) => data)).toEqual(['piece']);
    for (const [id, worker] of [
      ['a', 'pod-1'],
      ['own', 'pod-1'],
      ['unknown', 'pod-1'],
    ] as const) {
      expect(await queue.held(id, worker)).toBeUndefined();
    }
  });

  it('tells the lease that was handed out of a cancel', async () => {
    const { queue } = await open();
    await queue.enqueue(aJob('a'));
    const { cancelled } = await takeFor(queue);
    await queue.cancel('a');
    await expect.poll(() => cancelled.reason).toBe('cancelled');
    expect(await queue.held('a', 'pod-1')).toBeUndefined();
  });

  it('accepts a late success by the job alone, while the job is not final', async () => {
    const { queue } = await open();
    await queue.enqueue(aJob('a'));
    await queue.lateSuccess('a', { late: true });
    expect(await queue.get('a')).toMatchObject({ status: 'COMPLETED', output: { late: true } });
    expect(await queue.counters()).toMatchObject({ completed: 1, waiting: 0 });
    await queue.lateSuccess('a', 'later');
    await queue.lateSuccess('unknown', 'later');
    expect(await queue.get('a')).toMatchObject({ output: { late: true } });
    await queue.enqueue(aJob('b'));
    expect(await takeIds(queue, 5)).toEqual(['b']);
  });

  it('stops whoever has the job when a late success comes', async () => {
    const { queue } = await open();
    await queue.enqueue(aJob('a'));
    const lease = await takeOne(queue);
    const { cancelled } = lease;
    await queue.lateSuccess('a', undefined);
    await expect.poll(() => cancelled.reason).toBe('lost');
    await lease.succeed('mine');
    const view = await queue.get('a');
    expect(view?.status).toBe('COMPLETED');
    expect(view).not.toHaveProperty('output');
    expect(await queue.depth()).toMatchObject({ waiting: 0, leased: 0 });
  });
}
