import { expect, it } from 'vitest';
import { aFailure, aJob, sendAndTake, takeIds, takeMany, takeOne, type OpenQueue } from './subject.ts';

export function endingClaims(open: OpenQueue): void {
  it('keeps every JSON result as it is, also after a crash', async () => {
    const subject = await open();
    const outputs = [{ ok: true }, null, [], 0, '', false, 'x'.repeat(200_000)];
    for (const [index, output] of outputs.entries()) {
      const lease = await sendAndTake(subject.queue, aJob(`job-${index}`));
      await lease.succeed(output);
    }
    await subject.crash();
    for (const [index, output] of outputs.entries()) {
      const view = await subject.queue.get(`job-${index}`);
      expect(view).toMatchObject({ status: 'COMPLETED', output, workerId: 'w1', retries: 0 });
    }
  });

  it('completes without output when there is none', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await lease.succeed(undefined);
    const view = await queue.get('a');
    expect(view?.status).toBe('COMPLETED');
    expect(view).not.toHaveProperty('output');
    expect(view).not.toHaveProperty('error');
  });

  it('ends a failure without retry FAILED, with its words and what came beside them', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await lease.fail(aFailure({ output: { partial: 1 } }));
    expect(await queue.get('a')).toMatchObject({
      status: 'FAILED',
      error: 'ValueError: no image',
      output: { partial: 1 },
    });
  });

  it.each([
    ['timed-out', 'TIMED_OUT'],
    ['cancelled', 'CANCELLED'],
    ['overloaded', 'FAILED'],
  ] as const)('ends %s as %s', async (outcome, status) => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await lease.fail(aFailure({ outcome }));
    expect(await queue.get('a')).toMatchObject({ status, error: 'ValueError: no image' });
  });

  it('tries again at the old place, as often as attempts allow, and shows no error before the end', async () => {
    const { queue } = await open({ attempts: 3 });
    await queue.enqueue(aJob('a'));
    await queue.enqueue(aJob('b'));
    for (const attempt of [1, 2, 3]) {
      const lease = await takeOne(queue);
      expect(lease.job).toMatchObject({ id: 'a', attempt });
      await lease.fail(aFailure({ retry: true, message: `cause ${attempt}` }));
      const view = await queue.get('a');
      expect(view?.retries).toBe(attempt - 1);
      expect(view?.error).toBe(attempt < 3 ? undefined : 'cause 3');
      expect(view?.status).toBe(attempt < 3 ? 'IN_QUEUE' : 'FAILED');
    }
    expect(await takeIds(queue, 1)).toEqual(['b']);
  });

  it('counts a lost attempt, and names worker, attempt and time when it was the last', async () => {
    const subject = await open({ attempts: 2 });
    await sendAndTake(subject.queue, aJob('a'));
    await subject.crash();
    expect(await subject.queue.get('a')).toMatchObject({ status: 'IN_QUEUE', retries: 0 });
    const second = await takeOne(subject.queue);
    expect(second.job.attempt).toBe(2);
    await subject.crash();
    const view = await subject.queue.get('a');
    expect(view).toMatchObject({ status: 'FAILED', retries: 1 });
    expect(view?.error).toMatch(/^worker w1 stopped answering at \d{4}-\d\d-\d\dT[\d:.]+Z, attempt 2 of 2$/);
  });

  it('puts a lost job back to its old place', async () => {
    const subject = await open();
    await sendAndTake(subject.queue, aJob('a'));
    await subject.queue.enqueue(aJob('b'));
    await subject.crash();
    expect(await takeIds(subject.queue, 1)).toEqual(['a']);
  });

  it('lets the first ending win', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await Promise.all([lease.succeed(1), lease.succeed(2), lease.fail(aFailure())]);
    await lease.succeed(3);
    await lease.fail(aFailure());
    await lease.giveBack();
    expect(await queue.get('a')).toMatchObject({ status: 'COMPLETED', output: 1 });
    expect(await queue.counters()).toMatchObject({ completed: 1, failed: 0, waiting: 0, leased: 0 });
  });

  it('accepts a late success while the job is not final, and stops whoever has it now', async () => {
    const { queue } = await open();
    const late = await sendAndTake(queue, aJob('a'));
    await late.fail(aFailure({ retry: true }));
    const current = await takeOne(queue);
    expect(current.cancelled.aborted).toBe(false);
    await late.succeed('late');
    expect(await queue.get('a')).toMatchObject({ status: 'COMPLETED', output: 'late' });
    expect(current.cancelled.reason).toBe('lost');
    await current.succeed('second');
    expect(await queue.get('a')).toMatchObject({ output: 'late' });
    expect(await queue.counters()).toMatchObject({ completed: 1, leased: 0, waiting: 0 });
  });

  it('takes no late failure for an ending', async () => {
    const { queue } = await open();
    const late = await sendAndTake(queue, aJob('a'));
    await late.giveBack();
    const current = await takeOne(queue);
    await late.fail(aFailure());
    await late.giveBack();
    expect(await queue.get('a')).toMatchObject({ status: 'IN_PROGRESS' });
    expect(current.cancelled.aborted).toBe(false);
  });

  it('counts what happened', async () => {
    const { queue } = await open();
    for (const id of ['a', 'b', 'c', 'd', 'e']) await queue.enqueue(aJob(id));
    const [a, b, c, d] = await takeMany(queue, 4);
    await a?.succeed(1);
    await b?.fail(aFailure());
    await c?.fail(aFailure({ outcome: 'timed-out' }));
    await d?.fail(aFailure({ retry: true }));
    await queue.cancel('e');
    await takeOne(queue);
    expect(await queue.counters()).toEqual({
      waiting: 0,
      lowPriority: 0,
      leased: 1,
      completed: 1,
      failed: 1,
      cancelled: 1,
      timedOut: 1,
      retried: 1,
      oldestAge: 0,
    });
  });
}
