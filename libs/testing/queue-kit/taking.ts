import { expect, it } from 'vitest';
import { aFailure, aJob, never, sendAndTake, takeIds, takeOne, type OpenQueue } from './subject.ts';

export function takingClaims(open: OpenQueue): void {
  it('hands a job over as it was sent', async () => {
    const { queue } = await open();
    const sent = aJob('a', {
      input: { text: 'ö', nested: [1, null, { x: true }] },
      extra: { timeout: 1, foo: { bar: 2 } },
      policy: { executionTimeout: 5000, ttl: 10_000, lowPriority: true },
      deadline: 2000,
      size: 3,
      memory: 4,
      class: 'large',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      tracestate: 'vendor=abc,other=1',
    });
    const view = await queue.enqueue(sent);
    const { job } = await takeOne(queue);
    const { retention: _retention, ...asTaken } = sent;
    expect(job).toEqual({ ...asTaken, enqueuedAt: view.enqueuedAt, attempt: 1 });
  });

  it('delivers every JSON input as it is, long ones too', async () => {
    const { queue } = await open();
    const inputs = [{}, null, [], 0, '', false, 'x'.repeat(200_000), { long: ['y'.repeat(5000)] }];
    for (const [index, input] of inputs.entries()) {
      const lease = await sendAndTake(queue, aJob(`job-${index}`, { input }));
      expect(lease.job.input).toEqual(input);
    }
  });

  it('hands webhook and s3Config to the attempt, and shows s3Config to nobody else', async () => {
    const { queue } = await open();
    const s3Config = { accessSecret: 'hush' };
    const webhook = 'https://example.com/hook';
    const lease = await sendAndTake(queue, aJob('a', { s3Config, webhook, webhookV2: 'https://example.com/v2' }));
    expect(lease.job.extra).toEqual({ s3Config, webhook, webhookV2: 'https://example.com/v2' });
    await lease.succeed(1);
    const [due] = await queue.takeWebhooks(1, never);
    expect(JSON.stringify([await queue.get('a'), due])).not.toContain('hush');
  });

  it('takes first in, first out', async () => {
    const { queue } = await open();
    await Promise.all(['a', 'b', 'c', 'd'].map((id) => queue.enqueue(aJob(id))));
    expect(await takeIds(queue, 3)).toEqual(['a', 'b', 'c']);
    expect(await takeIds(queue, 3)).toEqual(['d']);
  });

  it('takes low priority only when no normal job waits', async () => {
    const { queue } = await open();
    await queue.enqueue(aJob('low', { policy: { lowPriority: true } }));
    await queue.enqueue(aJob('normal'));
    expect(await queue.depth()).toMatchObject({ waiting: 1, lowPriority: 1 });
    expect(await takeIds(queue, 1)).toEqual(['normal']);
    expect(await takeIds(queue, 1)).toEqual(['low']);
    expect(await queue.depth()).toMatchObject({ waiting: 0, lowPriority: 0, leased: 2 });
  });

  it('waits until there is a job', async () => {
    const { queue } = await open();
    const taken = takeIds(queue, 5);
    await queue.enqueue(aJob('a'));
    expect(await taken).toEqual(['a']);
  });

  it('gives each job to one of many takers', async () => {
    const { queue } = await open();
    const takers = Array.from({ length: 20 }, () => takeIds(queue, 2));
    await Promise.all(Array.from({ length: 40 }, (_, index) => queue.enqueue(aJob(`job-${index}`))));
    const late = await Promise.all(takers);
    const { waiting } = (await queue.depth()) ?? { waiting: 0 };
    const rest = waiting > 0 ? await takeIds(queue, 40) : [];
    const ids = [...late.flat(), ...rest];
    expect(new Set(ids).size).toBe(40);
    expect(ids).toHaveLength(40);
  });

  it('answers an aborted take with nothing and loses no job by it', async () => {
    const { queue } = await open();
    expect(await queue.take(1, AbortSignal.abort())).toEqual([]);
    const waiting = new AbortController();
    const taken = queue.take(1, waiting.signal);
    waiting.abort();
    expect(await taken).toEqual([]);
    await queue.enqueue(aJob('a'));
    expect(await takeIds(queue, 1)).toEqual(['a']);
  });

  it('loses no job when a take is aborted in the instant of a claim', async () => {
    const { queue } = await open();
    const seen: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const aborting = new AbortController();
      const taken = queue.take(1, aborting.signal);
      const sent = queue.enqueue(aJob(`job-${round}`));
      if (round % 2 === 0) aborting.abort();
      else void sent.then(() => aborting.abort());
      seen.push(...(await taken).map((lease) => lease.job.id));
      await sent;
    }
    const left = 20 - seen.length;
    if (left > 0) seen.push(...(await takeIds(queue, 20)));
    expect(new Set(seen).size).toBe(20);
  });

  it('loses no job when the stop of one attempt calls back a take in the same moment', async () => {
    const { queue } = await open();
    const running = await sendAndTake(queue, aJob('running'));
    const recalled = new AbortController();
    running.cancelled.addEventListener('abort', () => recalled.abort());
    const taken = queue.take(1, recalled.signal);
    await Promise.all([queue.enqueue(aJob('a')), queue.cancel('running')]);
    const ids = (await taken).map((lease) => lease.job.id);
    expect(ids.length > 0 ? ids : await takeIds(queue, 1)).toEqual(['a']);
  });

  it('takes a job back uncounted, to its old place', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await queue.enqueue(aJob('b'));
    await lease.giveBack();
    const view = await queue.get('a');
    expect(view).toEqual({ id: 'a', status: 'IN_QUEUE', enqueuedAt: view?.enqueuedAt, retries: 0, expired: false });
    const again = await takeOne(queue);
    expect(again.job).toMatchObject({ id: 'a', attempt: 1 });
  });

  it('shows the attempt before, when a later one was given back', async () => {
    const { queue } = await open();
    const first = await sendAndTake(queue, aJob('a'));
    await first.fail(aFailure({ retry: true }));
    const before = await queue.get('a');
    const second = await takeOne(queue);
    expect(second.job.attempt).toBe(2);
    await second.giveBack();
    expect(await queue.get('a')).toEqual(before);
  });
}
