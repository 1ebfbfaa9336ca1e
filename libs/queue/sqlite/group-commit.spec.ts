import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FlyballError } from '#libs/core';
import { GroupCommit } from './group-commit.ts';
import { migrate } from './migrate.ts';
import { Store } from './store.ts';

let db: DatabaseSync;
let store: Store;
let commits: number;
let claimRuns: number;
let claimsWanted: boolean;
let group: GroupCommit;

beforeEach(() => {
  db = new DatabaseSync(':memory:');
  migrate(db, 'queue.db');
  db.exec("CREATE TABLE entry (name TEXT PRIMARY KEY CHECK (name <> 'bad'))");
  store = new Store(db, 'queue.db', 'NORMAL');
  [commits, claimRuns, claimsWanted] = [0, 0, false];
  group = new GroupCommit(store, {
    claims: { wanted: () => claimsWanted, apply: () => (claimRuns += 1), resolve: () => {}, reject: () => {} },
    committed: () => (commits += 1),
  });
});
afterEach(async () => {
  await group.close();
  store.close();
});

function write(name: string): Promise<string> {
  return group.run(() => {
    db.prepare('INSERT INTO entry VALUES (?)').run(name);
    return name;
  });
}

function written(): readonly unknown[] {
  return db
    .prepare('SELECT name FROM entry ORDER BY rowid')
    .all()
    .map((row) => row['name']);
}

it('commits what is asked for in one turn of the event loop together', async () => {
  await Promise.all(['a', 'b', 'c'].map(write));
  expect(commits).toBe(1);
  await write('d');
  expect(commits).toBe(2);
  expect(written()).toEqual(['a', 'b', 'c', 'd']);
});

it('settles a promise only after its commit', async () => {
  const order: string[] = [];
  const change = group.run(() => {
    group.after(() => order.push('after the commit'));
    order.push('applied');
  });
  await change.then(() => order.push('told'));
  expect(order).toEqual(['applied', 'after the commit', 'told']);
});

it('lets one that fails fail alone', async () => {
  const results = await Promise.allSettled(['a', 'bad', 'b'].map(write));
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(results[1]).toMatchObject({ reason: { code: 'QUEUE_UNAVAILABLE' } });
  expect(written()).toEqual(['a', 'b']);
});

it('lets a refusal fail alone without trying its neighbours again', async () => {
  let applied = 0;
  const count = (): number => (applied += 1);
  const refuse = (): never => {
    throw new FlyballError('QUEUE_FULL', 'Full. Wait.');
  };
  const results = await Promise.allSettled([group.run(count), group.run(refuse), group.run(count)]);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect([applied, commits]).toEqual([2, 1]);
});

it('takes back the counters of a group that failed', async () => {
  const results = await Promise.allSettled([
    group.run(() => (store.tally.completed += 1)),
    group.run(() => {
      store.tally.completed += 100;
      db.exec("INSERT INTO entry VALUES ('bad')");
    }),
  ]);
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected']);
  expect(store.tally.completed).toBe(1);
  expect(db.prepare('SELECT completed FROM tally').get()).toEqual({ completed: 1 });
});

it('does not keep the event loop for a large group, and forgets none of it', async () => {
  claimsWanted = true;
  const names = Array.from({ length: 12 }, (_, index) => `job-${index}`);
  await Promise.all(
    names.map((name) =>
      group.run(() => {
        const until = performance.now() + 1;
        while (performance.now() < until);
        db.prepare('INSERT INTO entry VALUES (?)').run(name);
        if (name === 'job-11') claimsWanted = false;
      }),
    ),
  );
  expect(commits).toBeGreaterThan(1);
  expect(claimRuns).toBeGreaterThan(0);
  expect(written()).toEqual(names);
});

it('makes changes wait while held, and does them when released', async () => {
  group.hold();
  const change = write('a');
  await new Promise((resolve) => setImmediate(resolve));
  expect(written()).toEqual([]);
  group.release();
  await change;
  expect(written()).toEqual(['a']);
});

it('commits what was asked for before it closes, and refuses what comes after', async () => {
  const change = write('a');
  await group.close();
  await change;
  await expect(write('b')).rejects.toMatchObject({ code: 'QUEUE_UNAVAILABLE' });
  expect(written()).toEqual(['a']);
});
