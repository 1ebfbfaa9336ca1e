import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteQueue } from './open.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-checkpoints-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const mebibyte = 1024 * 1024;

it('bounds the log under steady writing, and empties it when idle', async () => {
  const path = join(directory, 'queue.db');
  const failures: unknown[] = [];
  const queue = await openSqliteQueue({
    path,
    endpoint: 'local',
    worker: 'w1',
    attempts: 3,
    limit: 10_000,
    synchronous: 'NORMAL',
    report: (event, fields) => failures.push([event, fields]),
  });
  const logBytes = (): number => statSync(`${path}-wal`).size;
  const policy = { executionTimeout: 1000, ttl: 86_400_000, lowPriority: false };
  const input = 'x'.repeat(mebibyte);
  const started = performance.now();
  let count = 0;
  // At least as much as three times the bound, and long enough for the checkpoints' own rhythm.
  while (count < 200 || performance.now() - started < 1500) {
    await queue.enqueue({ id: `job-${count}`, input, extra: {}, policy, retention: 1000 });
    count += 1;
    if (count >= 600) break;
  }
  expect(logBytes()).toBeLessThan(count * mebibyte * 0.8);
  await expect.poll(logBytes, { timeout: 15_000, interval: 100 }).toBe(0);
  expect(failures).toEqual([]);
  expect(await queue.depth()).toMatchObject({ waiting: count });
  await queue.close();
});
