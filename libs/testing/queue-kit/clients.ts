import { expect, it } from 'vitest';
import { aFailure, aJob, never, sendAndTake, takeIds, takeOne, type OpenQueue } from './subject.ts';

export function clientClaims(open: OpenQueue): void {
  it('knows nothing of an unknown job', async () => {
    const { queue } = await open();
    expect(await queue.get('x')).toBeUndefined();
    expect(await queue.cancel('x')).toBeUndefined();
    expect(await queue.retry('x')).toBeUndefined();
    expect(await queue.chunks('x', 1000)).toEqual({ chunks: [], more: false });
  });

  it('shows a job from queue to end', async () => {
    const { queue } = await open();
    const queued = await queue.enqueue(aJob('a'));
    expect(queued).toEqual({ id: 'a', status: 'IN_QUEUE', enqueuedAt: queued.enqueuedAt, retries: 0, expired: false });
    expect(await queue.get('a')).toEqual(queued);
    const lease = await takeOne(queue);
    expect(await queue.get('a')).toMatchObject({ status: 'IN_PROGRESS', delayTime: 0, workerId: 'w1' });
    await lease.succeed('done');
    expect(await queue.get('a')).toMatchObject({ status: 'COMPLETED', executionTime: 0, output: 'done' });
  });

  it('removes a cancelled job from the queue', async () => {
    const { queue } = await open();
    await queue.enqueue(aJob('a'));
    await queue.enqueue(aJob('b'));
    expect(await queue.cancel('a')).toMatchObject({ status: 'CANCELLED' });
    expect(await takeIds(queue, 2)).toEqual(['b']);
    expect(await queue.counters()).toMatchObject({ cancelled: 1, waiting: 0, leased: 1 });
  });

  it('ends a running job CANCELLED at once and stops its attempt', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    const { cancelled } = lease;
    expect(await queue.cancel('a')).toMatchObject({ status: 'CANCELLED', workerId: 'w1' });
    expect(cancelled.reason).toBe('cancelled');
    await lease.succeed('too late');
    const view = await queue.get('a');
    expect(view?.status).toBe('CANCELLED');
    expect(view).not.toHaveProperty('output');
  });

  it('leaves a final job as it is when it is cancelled', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await lease.succeed(1);
    expect(await queue.cancel('a')).toMatchObject({ status: 'COMPLETED', output: 1 });
  });

  it('tells a cancelled attempt also when it looks only later', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await queue.cancel('a');
    expect(lease.cancelled.reason).toBe('cancelled');
  });

  it('starts a failed job anew on retry: same id and input, nothing of the old result', async () => {
    const { queue } = await open({ attempts: 1 });
    const input = { long: 'z'.repeat(5000) };
    const lease = await sendAndTake(queue, aJob('a', { input }));
    await lease.chunk('piece');
    await lease.fail(aFailure({ output: 1 }));
    const retried = await queue.retry('a');
    expect(retried).toMatchObject({ retried: true, job: { id: 'a', status: 'IN_QUEUE', retries: 0 } });
    expect(retried?.job).not.toHaveProperty('output');
    expect((await queue.chunks('a', 1e6)).chunks).toEqual([]);
    const again = await takeOne(queue);
    expect(again.job).toMatchObject({ id: 'a', input, attempt: 1 });
    await again.succeed('now');
    expect(await queue.get('a')).toMatchObject({ status: 'COMPLETED', output: 'now' });
    expect(await queue.counters()).toMatchObject({ completed: 1, failed: 0, retried: 1 });
  });

  it('retries no job that is queued, running, completed or cancelled', async () => {
    const { queue } = await open();
    await queue.enqueue(aJob('a'));
    expect(await queue.retry('a')).toMatchObject({ retried: false, job: { status: 'IN_QUEUE' } });
    const lease = await takeOne(queue);
    expect(await queue.retry('a')).toMatchObject({ retried: false, job: { status: 'IN_PROGRESS' } });
    await lease.succeed(1);
    expect(await queue.retry('a')).toMatchObject({ retried: false, job: { status: 'COMPLETED' } });
    await queue.enqueue(aJob('b'));
    await queue.cancel('b');
    expect(await queue.retry('b')).toMatchObject({ retried: false, job: { status: 'CANCELLED' } });
  });

  it('purges queued jobs, those that wait for another attempt too, and no running one', async () => {
    const { queue } = await open();
    const delayed = await sendAndTake(queue, aJob('delayed'));
    await delayed.fail(aFailure({ outcome: 'overloaded', retry: true }));
    const running = await sendAndTake(queue, aJob('running'));
    await Promise.all(Array.from({ length: 600 }, (_, index) => queue.enqueue(aJob(`job-${index}`))));
    await queue.enqueue(aJob('low', { policy: { lowPriority: true } }));
    expect(await queue.purge()).toBe(602);
    for (const id of ['delayed', 'job-0', 'job-599', 'low']) {
      expect(await queue.get(id)).toMatchObject({ status: 'CANCELLED' });
    }
    expect(await queue.depth()).toMatchObject({ waiting: 0, lowPriority: 0, leased: 1 });
    await running.succeed(1);
    expect(await queue.get('running')).toMatchObject({ status: 'COMPLETED' });
    expect(await queue.purge()).toBe(0);
  });

  it('refuses more jobs than may wait, and takes them again when one is gone', async () => {
    const { queue } = await open({ limit: 2 });
    const sent = await Promise.allSettled(['a', 'b', 'c'].map((id) => queue.enqueue(aJob(id))));
    expect(sent.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    await expect(queue.enqueue(aJob('c'))).rejects.toMatchObject({ code: 'QUEUE_FULL' });
    expect(await queue.get('c')).toBeUndefined();
    await takeOne(queue);
    await expect(queue.enqueue(aJob('c'))).resolves.toMatchObject({ status: 'IN_QUEUE' });
  });

  it('refuses a second job of the same id without harm to its neighbours', async () => {
    const { queue } = await open();
    const sent = await Promise.allSettled(['a', 'b', 'a', 'c'].map((id) => queue.enqueue(aJob(id))));
    expect(sent.map((result) => result.status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    await expect(queue.enqueue(aJob('a'))).rejects.toMatchObject({ code: 'QUEUE_DUPLICATE' });
    expect(await takeIds(queue, 5)).toEqual(['a', 'b', 'c']);
  });

  it('tells who waits for a change of each: taken, progress, chunk, end, cancel', async () => {
    const { queue } = await open();
    await queue.enqueue(aJob('a'));
    let changes = 0;
    const next = (): Promise<void> => queue.changed('a', never).then(() => void (changes += 1));
    let change = next();
    const lease = await takeOne(queue);
    await change;
    change = next();
    await lease.progress(1);
    await change;
    change = next();
    await lease.chunk(1);
    await change;
    change = next();
    await lease.fail(aFailure());
    await change;
    change = next();
    await queue.retry('a');
    await change;
    change = next();
    await queue.cancel('a');
    await change;
    expect(changes).toBe(6);
  });

  it('stops waiting for a change when aborted', async () => {
    const { queue } = await open();
    const waiting = new AbortController();
    const change = queue.changed('a', waiting.signal);
    waiting.abort();
    await expect(change).resolves.toBeUndefined();
    await expect(queue.changed('a', AbortSignal.abort())).resolves.toBeUndefined();
  });

  it('lets go of everybody who waits when it is closed', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    const waiting = [queue.take(1, never), queue.takeWebhooks(1, never)];
    const change = queue.changed('a', never);
    const { cancelled } = lease;
    await queue.close();
    expect(await Promise.all(waiting)).toEqual([[], []]);
    await change;
    expect(cancelled.reason).toBe('lost');
    await expect(queue.enqueue(aJob('b'))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    await expect(queue.take(1, never)).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    await expect(queue.get('a')).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  });
}
