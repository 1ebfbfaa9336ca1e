import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteQueue, type SqliteQueueOptions } from './open.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-open-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

function options(over: Partial<SqliteQueueOptions> = {}): SqliteQueueOptions {
  const path = join(directory, 'queue.db');
  return { path, endpoint: 'local', worker: 'w1', attempts: 3, limit: 1000, ...over };
}

it('makes the file and its directories', async () => {
  const path = join(directory, 'a', 'b', 'queue.db');
  const queue = await openSqliteQueue(options({ path }));
  await queue.close();
  expect(existsSync(path)).toBe(true);
});

it('refuses a file that is open already, naming the process, and opens it after', async () => {
  const queue = await openSqliteQueue(options());
  await expect(openSqliteQueue(options())).rejects.toMatchObject({
    code: 'QUEUE_OWNED',
    message: expect.stringContaining(`process ${process.pid}`) as string,
  });
  await queue.close();
  const again = await openSqliteQueue(options());
  await again.close();
});

it('opens at once after the process that had it was killed', async () => {
  const script = `
    import { openSqliteQueue } from '#libs/queue';
    await openSqliteQueue(${JSON.stringify(options())});
    console.log('open');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--conditions=flyball-source', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  await expect(openSqliteQueue(options())).rejects.toMatchObject({
    code: 'QUEUE_OWNED',
    message: expect.stringContaining(`process ${child.pid}`) as string,
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const queue = await openSqliteQueue(options());
  await queue.close();
});

it('refuses the file of another endpoint, and leaves it to its own', async () => {
  const queue = await openSqliteQueue(options());
  await queue.close();
  await expect(openSqliteQueue(options({ endpoint: 'other' }))).rejects.toMatchObject({ code: 'QUEUE_ENDPOINT' });
  const again = await openSqliteQueue(options());
  await again.close();
});

it('refuses a newer file with a sentence, and does not touch it', async () => {
  const queue = await openSqliteQueue(options());
  await queue.close();
  const db = new DatabaseSync(options().path);
  db.exec('PRAGMA user_version = 999');
  db.close();
  await expect(openSqliteQueue(options())).rejects.toMatchObject({
    code: 'QUEUE_NEWER',
    message: expect.stringContaining('version 999') as string,
  });
});

it("refuses another program's database and a file that is none", async () => {
  const foreign = join(directory, 'foreign.db');
  const db = new DatabaseSync(foreign);
  db.exec('CREATE TABLE customer (id)');
  db.close();
  await expect(openSqliteQueue(options({ path: foreign }))).rejects.toMatchObject({ code: 'QUEUE_FOREIGN' });
  const text = join(directory, 'text.db');
  writeFileSync(text, 'not a database at all, but longer than a header would be: '.repeat(20));
  await expect(openSqliteQueue(options({ path: text }))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
});

it('says what to do when the path cannot be written', async () => {
  const path = join(directory, 'file', 'queue.db');
  writeFileSync(join(directory, 'file'), '');
  await expect(openSqliteQueue(options({ path }))).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
});

it('reports how many attempts a dead process lost', async () => {
  const queue = await openSqliteQueue(options());
  const policy = { executionTimeout: 1000, ttl: 60_000, lowPriority: false };
  await queue.enqueue({ id: 'a', input: 1, extra: {}, policy, retention: 60_000 });
  await queue.take(1, new AbortController().signal);
  await queue.close();
  const events: unknown[] = [];
  const again = await openSqliteQueue(options({ report: (event, fields) => events.push([event, fields]) }));
  await again.close();
  expect(events).toEqual([['queue-reclaimed', { attempts: 1 }]]);
});
