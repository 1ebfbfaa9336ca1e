import { expect, it } from 'vitest';
import { aFailure, aJob, sendAndTake, takeIds, takeOne, type OpenQueue } from './subject.ts';

export function timeClaims(open: OpenQueue): void {
  it('measures delay to the start of the last attempt and execution by its length', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(aJob('a'));
    await advance(1000);
    const first = await takeOne(queue);
    expect(await queue.get('a')).toMatchObject({ delayTime: 1000 });
    await advance(300);
    await first.fail(aFailure({ retry: true }));
    await advance(700);
    const second = await takeOne(queue);
    expect(await queue.get('a')).toMatchObject({ delayTime: 2000, retries: 1 });
    await advance(50);
    await second.succeed(1);
    expect(await queue.get('a')).toMatchObject({ delayTime: 2000, executionTime: 50, retries: 1 });
  });

  it('tells the age of the oldest waiting job, of either priority', async () => {
    const { queue, advance } = await open();
    expect(await queue.depth()).toMatchObject({ oldestAge: 0 });
    await queue.enqueue(aJob('low', { policy: { lowPriority: true } }));
    await advance(1000);
    await queue.enqueue(aJob('normal'));
    await advance(500);
    expect(await queue.depth()).toMatchObject({ oldestAge: 1500 });
    await queue.cancel('low');
    expect(await queue.depth()).toMatchObject({ oldestAge: 500 });
    expect(await queue.counters()).toMatchObject({ oldestAge: 500 });
  });

  it('gives an overloaded device time before the next attempt; the job does not count as waiting until then', async () => {
    const { queue, advance } = await open({ attempts: 3 });
    const first = await sendAndTake(queue, aJob('a'));
    await first.fail(aFailure({ outcome: 'overloaded', errorType: 'out-of-memory', retry: true }));
    expect(await queue.get('a')).toMatchObject({ status: 'IN_QUEUE' });
    expect(await queue.depth()).toMatchObject({ waiting: 0, leased: 0 });
    const taken = takeOne(queue);
    await advance(60_000);
    const second = await taken;
    expect(second.job).toMatchObject({ id: 'a', attempt: 2 });
  });

  it('lets a delayed job be cancelled', async () => {
    const { queue, advance } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await lease.fail(aFailure({ outcome: 'overloaded', retry: true }));
    await queue.cancel('a');
    await advance(60_000);
    expect(await queue.depth()).toMatchObject({ waiting: 0, leased: 0 });
    expect(await queue.get('a')).toMatchObject({ status: 'CANCELLED' });
  });

  it('ends a job whose ttl runs out in the queue TIMED_OUT', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(aJob('short', { policy: { ttl: 10_000 } }));
    await queue.enqueue(aJob('long', { policy: { ttl: 60_000 } }));
    await advance(11_000);
    const view = await queue.get('short');
    expect(view).toMatchObject({ status: 'TIMED_OUT', expired: false });
    expect(view?.error).toContain('ttl');
    expect(await takeIds(queue, 2)).toEqual(['long']);
    expect(await queue.counters()).toMatchObject({ timedOut: 1, waiting: 0 });
  });

  it('stops a running job whose ttl runs out, and takes no result of it', async () => {
    const { queue, advance } = await open();
    const lease = await sendAndTake(queue, aJob('a', { policy: { ttl: 10_000 } }));
    const { cancelled } = lease;
    await advance(9000);
    expect(cancelled.aborted).toBe(false);
    await advance(2000);
    expect(cancelled.reason).toBe('expired');
    expect(await queue.get('a')).toMatchObject({ status: 'TIMED_OUT', expired: true });
    await lease.succeed('too late');
    expect(await queue.get('a')).not.toHaveProperty('output');
    expect(await queue.depth()).toMatchObject({ leased: 0 });
  });

  it('ends a delayed job by its ttl, too', async () => {
    const { queue, advance } = await open();
    const lease = await sendAndTake(queue, aJob('a', { policy: { ttl: 10_000 } }));
    await advance(9900);
    await lease.fail(aFailure({ outcome: 'overloaded', retry: true }));
    await advance(60_000);
    expect(await queue.get('a')).toMatchObject({ status: 'TIMED_OUT', expired: false });
  });

  it('keeps a lease for as long as the work takes', async () => {
    const { queue, advance } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await advance(300_000);
    expect(lease.cancelled.aborted).toBe(false);
    await lease.succeed('slow');
    expect(await queue.get('a')).toMatchObject({ status: 'COMPLETED', executionTime: 300_000 });
  });

  it('keeps a result for its retention and then forgets job and chunks', async () => {
    const { queue, advance } = await open();
    const done = await sendAndTake(queue, aJob('done', { retention: 60_000 }));
    await done.chunk('piece');
    await done.succeed(1);
    const cancelled = await sendAndTake(queue, aJob('cancelled', { retention: 60_000 }));
    await cancelled.chunk('piece');
    await queue.cancel('cancelled');
    await advance(59_000);
    expect(await queue.get('done')).toMatchObject({ status: 'COMPLETED' });
    expect((await queue.chunks('cancelled', 1e6)).chunks).toHaveLength(1);
    await advance(3000);
    for (const id of ['done', 'cancelled']) {
      expect(await queue.get(id)).toBeUndefined();
      expect((await queue.chunks(id, 1e6)).chunks).toEqual([]);
    }
    expect(await queue.counters()).toMatchObject({ completed: 1, cancelled: 1 });
  });

  it('starts the ttl anew on retry', async () => {
    const { queue, advance } = await open();
    await queue.enqueue(aJob('a', { policy: { ttl: 10_000 } }));
    await advance(11_000);
    await queue.retry('a');
    await advance(5000);
    expect(await takeIds(queue, 1)).toEqual(['a']);
    expect(await queue.get('a')).toMatchObject({ status: 'IN_PROGRESS', delayTime: 5000 });
  });

  it('sees to what came due while nobody had it open', async () => {
    const subject = await open();
    await subject.queue.enqueue(aJob('a', { policy: { ttl: 10_000 } }));
    await subject.queue.close();
    await subject.advance(20_000);
    await subject.crash();
    await subject.advance(100);
    expect(await subject.queue.get('a')).toMatchObject({ status: 'TIMED_OUT' });
  });
}
