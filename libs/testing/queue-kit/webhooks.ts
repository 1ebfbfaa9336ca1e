import { expect, it } from 'vitest';
import { aFailure, aJob, never, sendAndTake, type OpenQueue } from './subject.ts';

const webhook = 'https://example.com/hook';

export function webhookClaims(open: OpenQueue): void {
  it('owes one for each way a job can end, with status fields, input and address', async () => {
    const { queue, advance } = await open();
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const completed = await sendAndTake(queue, aJob('completed', { webhook, traceparent }));
    await completed.succeed({ text: 'ok' });
    const failed = await sendAndTake(queue, aJob('failed', { webhook }));
    await failed.fail(aFailure());
    await queue.enqueue(aJob('cancelled', { webhook }));
    await queue.cancel('cancelled');
    await queue.enqueue(aJob('timed-out', { webhook, policy: { ttl: 10_000 } }));
    await advance(11_000);
    const none = await sendAndTake(queue, aJob('none'));
    await none.succeed(1);

    const due = await queue.takeWebhooks(10, never);
    const bodies = due.map((one) => JSON.parse(one.body) as Readonly<Record<string, unknown>>);
    expect(due.map((one) => one.jobId).toSorted()).toEqual(['cancelled', 'completed', 'failed', 'timed-out']);
    expect(bodies.find((body) => body['id'] === 'completed')).toMatchObject({
      status: 'COMPLETED',
      output: { text: 'ok' },
      input: { prompt: 'completed' },
      webhook,
    });
    expect(bodies.find((body) => body['id'] === 'failed')).toMatchObject({
      status: 'FAILED',
      error: 'ValueError: no image',
    });
    expect(due.find((one) => one.jobId === 'completed')).toMatchObject({ url: webhook, traceparent, delivery: 1 });
  });

  it('owes none before the end, and waits for the next', async () => {
    const { queue } = await open();
    const due = queue.takeWebhooks(1, never);
    const lease = await sendAndTake(queue, aJob('a', { webhook }));
    await lease.fail(aFailure({ retry: true }));
    const again = await queue.take(1, never);
    await again[0]?.succeed(1);
    expect(await due).toMatchObject([{ jobId: 'a', delivery: 1 }]);
  });

  it('still owes the one of a retried job when the delivery of its first end comes back', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a', { webhook }));
    await lease.fail(aFailure());
    const [first] = await queue.takeWebhooks(1, never);
    await queue.retry('a');
    const [again] = await queue.take(1, never);
    await again?.succeed({ text: 'now' });
    await queue.webhookDone(first?.jobId ?? '');
    const [second] = await queue.takeWebhooks(1, never);
    expect(JSON.parse(second?.body ?? '{}')).toMatchObject({ status: 'COMPLETED', output: { text: 'now' } });
  });

  it('gives up waiting when aborted', async () => {
    const { queue } = await open();
    const waiting = new AbortController();
    const due = queue.takeWebhooks(1, waiting.signal);
    waiting.abort();
    expect(await due).toEqual([]);
    expect(await queue.takeWebhooks(1, AbortSignal.abort())).toEqual([]);
  });

  it('delivers again after the time asked for, counting, until it is done', async () => {
    const { queue, advance } = await open();
    const lease = await sendAndTake(queue, aJob('a', { webhook }));
    await lease.succeed(1);
    await queue.takeWebhooks(1, never);
    await queue.webhookRetry('a', 5000);
    const second = queue.takeWebhooks(1, never);
    let arrived = false;
    void second.then(() => void (arrived = true));
    await advance(4900);
    expect(arrived).toBe(false);
    await advance(200);
    expect(await soon(second, advance)).toMatchObject([{ jobId: 'a', delivery: 2 }]);
    await queue.webhookDone('a');
    const waiting = new AbortController();
    const third = queue.takeWebhooks(1, waiting.signal);
    await advance(120_000);
    waiting.abort();
    expect(await third).toEqual([]);
  });

  it('delivers again when nothing was heard for a minute', async () => {
    const { queue, advance } = await open();
    const lease = await sendAndTake(queue, aJob('a', { webhook }));
    await lease.succeed(1);
    await queue.takeWebhooks(1, never);
    const again = queue.takeWebhooks(1, never);
    await advance(61_000);
    expect(await soon(again, advance)).toMatchObject([{ delivery: 2 }]);
  });

  it('loses none in a crash', async () => {
    const subject = await open();
    const lease = await sendAndTake(subject.queue, aJob('a', { webhook }));
    await lease.succeed(1);
    await subject.crash();
    expect(await subject.queue.takeWebhooks(1, never)).toMatchObject([{ jobId: 'a', url: webhook, delivery: 1 }]);
  });
}

/** A queue may be a few round trips behind the clock, and then wait for a moment of a time that stands still. */
async function soon<Value>(promise: Promise<Value>, advance: (ms: number) => Promise<void>): Promise<Value> {
  const notYet = Symbol('not yet');
  for (let turn = 0; turn < 20; turn += 1) {
    if ((await Promise.race([promise, Promise.resolve(notYet)])) !== notYet) break;
    await advance(100);
  }
  return promise;
}
