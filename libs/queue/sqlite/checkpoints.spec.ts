import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Queue } from '../contract.ts';
import { openSqliteQueue } from './open.ts';

let directory = '';
let queue: Queue;
let reports: unknown[];
beforeEach(() => {
  reports = [];
  directory = mkdtempSync(join(tmpdir(), 'flyball-checkpoints-'));
});
afterEach(async () => {
  await queue.close();
  rmSync(directory, { recursive: true, force: true });
});

const mebibyte = 1024 * 1024;

/** A queue without the cost of FULL, and a way to send jobs of 1 MiB. */
async function open(): Promise<{
  readonly queue: Queue;
  readonly send: (id: string) => Promise<unknown>;
  readonly logBytes: () => number;
}> {
  const path = join(directory, 'queue.db');
  const base = { path, endpoint: 'local', worker: 'w1', attempts: 3, limit: 10_000, synchronous: 'NORMAL' } as const;
  queue = await openSqliteQueue({ ...base, report: (event, fields) => reports.push([event, fields]) });
  const policy = { executionTimeout: 1000, ttl: 86_400_000, lowPriority: false };
  const input = 'x'.repeat(mebibyte);
  return {
    queue,
    send: (id) => queue.enqueue({ id, input, extra: {}, policy, retention: 1000 }),
    logBytes: () => statSync(`${path}-wal`).size,
  };
}

it('bounds the log under steady writing, and empties it when idle', async () => {
  const { queue, send, logBytes } = await open();
  // More than three times the bound; then until a checkpoint has made room, however slow the machine is.
  const isBounded = (): boolean => logBytes() < count * mebibyte * 0.8;
  let count = 0;
  while (count < 200 || (count < 600 && !isBounded())) await send(`job-${(count += 1)}`);
  expect(isBounded()).toBe(true);
  await expect.poll(logBytes, { timeout: 15_000, interval: 100 }).toBe(0);
  expect(await queue.depth()).toMatchObject({ waiting: count });
  expect(reports).toEqual([]);
});

it('empties the log after a burst that was over before anybody looked', async () => {
  const { send, logBytes } = await open();
  await Promise.all(Array.from({ length: 8 }, (_, index) => send(`job-${index}`)));
  expect(logBytes()).toBeGreaterThan(4 * mebibyte);
  await expect.poll(logBytes, { timeout: 15_000, interval: 100 }).toBe(0);
});
