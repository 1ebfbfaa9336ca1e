import { expect, it } from 'vitest';
import { aFailure, aJob, sendAndTake, type OpenQueue } from './subject.ts';

export function chunkClaims(open: OpenQueue): void {
  it('gives chunks in order until they are acknowledged, then never again', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await Promise.all([lease.chunk('one'), lease.chunk({ two: 2 }), lease.chunk(null)]);
    const first = await queue.chunks('a', 1e6);
    expect(first.chunks.map((chunk) => chunk.data)).toEqual(['one', { two: 2 }, null]);
    expect(first.more).toBe(false);
    expect(await queue.chunks('a', 1e6)).toEqual(first);
    await queue.acknowledgeChunks('a', first.chunks[1]?.seq ?? 0);
    expect((await queue.chunks('a', 1e6)).chunks.map((chunk) => chunk.data)).toEqual([null]);
    await queue.acknowledgeChunks('a', first.chunks[2]?.seq ?? 0);
    await lease.chunk('four');
    expect((await queue.chunks('a', 1e6)).chunks.map((chunk) => chunk.data)).toEqual(['four']);
  });

  it('answers with at least one chunk, and says when there are more', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    for (const data of ['x'.repeat(50), 'y'.repeat(50), 'z'.repeat(50)]) await lease.chunk(data);
    const one = await queue.chunks('a', 10);
    expect(one.chunks).toHaveLength(1);
    expect(one.more).toBe(true);
    const two = await queue.chunks('a', 110);
    expect(two.chunks).toHaveLength(2);
    expect(two.more).toBe(true);
    expect((await queue.chunks('a', 1e6)).more).toBe(false);
  });

  it('keeps the chunks of each job apart', async () => {
    const { queue } = await open();
    const a = await sendAndTake(queue, aJob('a'));
    const b = await sendAndTake(queue, aJob('b'));
    await Promise.all([a.chunk('a1'), b.chunk('b1'), a.chunk('a2')]);
    await queue.acknowledgeChunks('b', 1e9);
    expect((await queue.chunks('a', 1e6)).chunks.map((chunk) => chunk.data)).toEqual(['a1', 'a2']);
    expect((await queue.chunks('b', 1e6)).chunks).toEqual([]);
  });

  it('keeps chunks over the end of the job and over a crash', async () => {
    const subject = await open();
    const ended = await sendAndTake(subject.queue, aJob('ended'));
    await ended.chunk('last words');
    await ended.succeed([]);
    const running = await sendAndTake(subject.queue, aJob('running'));
    await running.chunk('given');
    await running.chunk('not given');
    const [given] = (await subject.queue.chunks('running', 1)).chunks;
    await subject.queue.acknowledgeChunks('running', given?.seq ?? 0);
    await subject.crash();
    expect((await subject.queue.chunks('ended', 1e6)).chunks.map((chunk) => chunk.data)).toEqual(['last words']);
    const left = (await subject.queue.chunks('running', 1e6)).chunks;
    expect(left.map((chunk) => chunk.data)).toEqual(['not given']);
    expect(left[0]?.seq).toBeGreaterThan(given?.seq ?? 0);
  });

  it('takes no chunk and no progress after the end', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await lease.succeed('result');
    await lease.chunk('late');
    await lease.progress('late');
    expect((await queue.chunks('a', 1e6)).chunks).toEqual([]);
    expect(await queue.get('a')).toMatchObject({ output: 'result' });
  });

  it('shows the last progress as output while running, and drops it at the end', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await Promise.all(Array.from({ length: 1000 }, (_, step) => lease.progress(`step ${step}`)));
    expect(await queue.get('a')).toMatchObject({ status: 'IN_PROGRESS', output: 'step 999' });
    await lease.progress({ step: 'last' });
    expect(await queue.get('a')).toMatchObject({ output: { step: 'last' } });
    await lease.succeed(undefined);
    expect(await queue.get('a')).not.toHaveProperty('output');
  });

  it('drops progress when the attempt fails and the job waits for another', async () => {
    const { queue } = await open();
    const lease = await sendAndTake(queue, aJob('a'));
    await lease.progress('half');
    await lease.fail(aFailure({ retry: true }));
    expect(await queue.get('a')).not.toHaveProperty('output');
  });
}
