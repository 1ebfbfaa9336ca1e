import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NewJob, Queue } from '../contract.ts';
import { openSqliteQueue } from './open.ts';

const never = new AbortController().signal;
let directory = '';
let queue: Queue;

async function open(maxFileBytes?: number): Promise<Queue> {
  const base = { path: join(directory, 'queue.db'), endpoint: 'local', worker: 'w1', attempts: 3, limit: 10_000 };
  queue = await openSqliteQueue({ ...base, ...(maxFileBytes !== undefined && { maxFileBytes }) });
  return queue;
}

function job(id: string, input: unknown = {}): NewJob {
  return {
    id,
    input,
    extra: {},
    policy: { executionTimeout: 1000, ttl: 86_400_000, lowPriority: false },
    retention: 1000,
  };
}

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-unavailable-'));
});
afterEach(async () => {
  await queue.close();
  rmSync(directory, { recursive: true, force: true });
});

describe('a file locked by another process', () => {
  let other: DatabaseSync;
  beforeEach(async () => {
    await open();
    other = new DatabaseSync(join(directory, 'queue.db'));
  });
  afterEach(() => {
    other.close();
  });

  it('delays a change until the lock is gone', async () => {
    other.exec('BEGIN EXCLUSIVE');
    const sent = Promise.all([queue.enqueue(job('a')), queue.enqueue(job('b'))]);
    setTimeout(() => other.exec('COMMIT'), 100);
    await sent;
    expect(await queue.depth()).toMatchObject({ waiting: 2 });
  });

  it('fails a change with the reason after two seconds, with the event loop free meanwhile, and goes on by itself', async () => {
    await queue.enqueue(job('before'));
    other.exec('BEGIN EXCLUSIVE');
    const started = performance.now();
    let longest = 0;
    let last = started;
    const watch = setInterval(() => {
      longest = Math.max(longest, performance.now() - last);
      last = performance.now();
    }, 5);
    const [sent, taken] = await Promise.allSettled([queue.enqueue(job('a')), queue.take(1, never)]);
    clearInterval(watch);
    const locked = { code: 'QUEUE_UNAVAILABLE', message: expect.stringContaining('locked') as string };
    expect(sent).toMatchObject({ status: 'rejected', reason: locked });
    expect(taken).toMatchObject({ status: 'rejected', reason: locked });
    expect(performance.now() - started).toBeGreaterThan(1900);
    expect(longest).toBeLessThan(500);
    expect(await queue.get('before')).toMatchObject({ status: 'IN_QUEUE' });
    other.exec('COMMIT');
    await queue.enqueue(job('after'));
    expect((await queue.take(5, never)).map((lease) => lease.job.id)).toEqual(['before', 'after']);
    expect(await queue.get('a')).toBeUndefined();
  });

  it('loses no result: the ending fails, and passes when called again', async () => {
    await queue.enqueue(job('a'));
    const [lease] = await queue.take(1, never);
    other.exec('BEGIN EXCLUSIVE');
    await expect(lease?.succeed('result')).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
    other.exec('COMMIT');
    await lease?.succeed('result');
    expect(await queue.get('a')).toMatchObject({ status: 'COMPLETED', output: 'result' });
  });
});

describe('a full disk', () => {
  const big = 'x'.repeat(300_000);

  it('refuses what does not fit, with the reason, and takes what does in the same moment', async () => {
    await open(1_000_000);
    const sent = await Promise.allSettled([
      queue.enqueue(job('small')),
      queue.enqueue(job('big 1', big)),
      queue.enqueue(job('big 2', big)),
      queue.enqueue(job('big 3', big)),
      queue.enqueue(job('big 4', big)),
      queue.enqueue(job('small 2')),
    ]);
    const statuses = sent.map((result) => result.status);
    expect(statuses.slice(0, 3)).toEqual(['fulfilled', 'fulfilled', 'fulfilled']);
    expect(statuses.slice(4)).toEqual(['rejected', 'fulfilled']);
    const failed = sent.find((result) => result.status === 'rejected');
    expect(failed?.reason).toMatchObject({
      code: 'QUEUE_UNAVAILABLE',
      message: expect.stringContaining('disk is full') as string,
    });
    expect(await queue.depth()).toMatchObject({
      waiting: sent.filter((result) => result.status === 'fulfilled').length,
    });
  });

  it('goes on by itself when there is space again, and has lost nothing', async () => {
    await open(1_000_000);
    const ids: string[] = [];
    for (let index = 0; ids.length === index; index += 1) {
      await queue.enqueue(job(`job-${index}`, big)).then(
        () => ids.push(`job-${index}`),
        () => {},
      );
    }
    expect(ids.length).toBeGreaterThan(0);
    for (const lease of await queue.take(10, never)) {
      expect(lease.job.input).toBe(big);
      await lease.succeed('small');
    }
    for (const id of ids) expect(await queue.get(id)).toMatchObject({ status: 'COMPLETED' });
    // Their retention is a second; what they took is then free again.
    await expect.poll(() => queue.get(ids[0] ?? ''), { timeout: 5000 }).toBeUndefined();
    await expect
      .poll(() => queue.enqueue(job('again', big)).then(() => 'sent', String), { timeout: 5000 })
      .toBe('sent');
  });
});
