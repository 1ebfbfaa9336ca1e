import { expect, it } from 'vitest';
import { aFailure, aJob, never, sendAndTake, takeOne, type OpenQueue } from './subject.ts';

const webhook = 'https://example.com/hook';
const traceId = '0af7651916cd43dd8448eb211c80319c';
const ofSender = `00-${traceId}-b7ad6b7169203331-01`;
const ofFirst = `00-${traceId}-00f067aa0ba902b7-01`;
const ofSecond = `00-${traceId}-53995c3f42cd8ad8-01`;
const again = aFailure({ retry: true });

export function traceClaims(open: OpenQueue): void {
  it('tells an attempt the trace context of the one before, if that failed and told it', async () => {
    const { queue } = await open({ attempts: 3 });
    const first = await sendAndTake(queue, aJob('a', { traceparent: ofSender }));
    expect(first.job).not.toHaveProperty('previousTraceparent');
    await first.fail(again, ofFirst);
    const second = await takeOne(queue);
    expect(second.job).toMatchObject({ attempt: 2, traceparent: ofSender, previousTraceparent: ofFirst });
    await second.fail(again);
    const third = await takeOne(queue);
    expect(third.job).toMatchObject({ attempt: 3, traceparent: ofSender });
    expect(third.job).not.toHaveProperty('previousTraceparent');
  });

  it('tells it also after a crash, but not past an attempt that was lost', async () => {
    const subject = await open({ attempts: 3 });
    const first = await sendAndTake(subject.queue, aJob('a'));
    await first.fail(again, ofFirst);
    await subject.crash();
    const second = await takeOne(subject.queue);
    expect(second.job).toMatchObject({ attempt: 2, previousTraceparent: ofFirst });
    await subject.crash();
    const third = await takeOne(subject.queue);
    expect(third.job.attempt).toBe(3);
    expect(third.job).not.toHaveProperty('previousTraceparent');
  });

  it('takes an attempt that was given back for none', async () => {
    const { queue } = await open();
    const first = await sendAndTake(queue, aJob('a'));
    await first.fail(again, ofFirst);
    const second = await takeOne(queue);
    await second.giveBack();
    const repeated = await takeOne(queue);
    expect(repeated.job).toEqual(second.job);
    expect(repeated.job.previousTraceparent).toBe(ofFirst);
  });

  it('tells nothing of its earlier life to a job that is sent again', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a', { traceparent: ofSender, tracestate: 'vendor=abc' }));
    await lease.fail(aFailure(), ofFirst);
    await queue.retry('a');
    const { job } = await takeOne(queue);
    expect(job).toMatchObject({ attempt: 1, traceparent: ofSender, tracestate: 'vendor=abc' });
    expect(job).not.toHaveProperty('previousTraceparent');
  });

  it('lets a webhook continue the attempt that ended the job', async () => {
    const { queue } = await open({ attempts: 2 });
    const succeeding = await sendAndTake(queue, aJob('succeeds', { webhook, traceparent: ofSender }));
    await succeeding.succeed(1, ofFirst);
    const failing = await sendAndTake(queue, aJob('fails', { webhook, traceparent: ofSender }));
    await failing.fail(again, ofFirst);
    await (await takeOne(queue)).fail(again, ofSecond);
    const late = await sendAndTake(queue, aJob('late', { webhook }));
    await late.fail(again, ofFirst);
    await late.succeed(1, ofFirst);
    const due = await queue.takeWebhooks(10, never);
    const traces = Object.fromEntries(due.map((one) => [one.jobId, one.traceparent]));
    expect(traces).toEqual({ succeeds: ofFirst, fails: ofSecond, late: ofFirst });
  });

  it('lets a webhook continue the sender when no attempt told its own context', async () => {
    const { queue } = await open();
    const silent = await sendAndTake(queue, aJob('silent', { webhook, traceparent: ofSender }));
    await silent.fail(again, ofFirst);
    await (await takeOne(queue)).succeed(1);
    await sendAndTake(queue, aJob('cancelled', { webhook, traceparent: ofSender }));
    await queue.cancel('cancelled');
    const untraced = await sendAndTake(queue, aJob('untraced', { webhook }));
    await untraced.succeed(1);
    const due = await queue.takeWebhooks(10, never);
    const traces = Object.fromEntries(due.map((one) => [one.jobId, one.traceparent]));
    expect(traces).toEqual({ silent: ofSender, cancelled: ofSender, untraced: undefined });
  });
}
