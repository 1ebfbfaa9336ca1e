import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openSqliteQueue } from './open.ts';

it('hands out no job past its ttl, even before the timer has seen to it', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'flyball-takers-'));
  let now = 1_000_000;
  const path = join(directory, 'queue.db');
  const queue = await openSqliteQueue({ path, endpoint: 'e', worker: 'w1', attempts: 3, limit: 10, clock: () => now });
  const send = (id: string): Promise<unknown> =>
    queue.enqueue({
      id,
      input: null,
      extra: {},
      policy: { executionTimeout: 1000, ttl: 10_000, lowPriority: false },
      retention: 60_000,
    });
  await send('old');
  now += 20_000;
  const taken = queue.take(1, new AbortController().signal);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(await queue.get('old')).toMatchObject({ status: 'TIMED_OUT' });
  expect(await queue.depth()).toMatchObject({ waiting: 0, leased: 0 });
  await send('new');
  expect((await taken).map((lease) => lease.job.id)).toEqual(['new']);
  await queue.close();
  rmSync(directory, { recursive: true, force: true });
});
