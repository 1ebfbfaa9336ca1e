import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrate } from './migrate.ts';
import { migrations } from './schema.ts';

let db: DatabaseSync;
beforeEach(() => {
  db = new DatabaseSync(':memory:');
});
afterEach(() => {
  db.close();
});

function version(): unknown {
  return db.prepare('PRAGMA user_version').get()?.['user_version'];
}

it('brings an empty file to the newest version', () => {
  migrate(db, 'queue.db');
  expect(version()).toBe(migrations.length);
});

it('takes an older file forwards and keeps its rows', () => {
  migrate(db, 'queue.db');
  db.exec('UPDATE tally SET completed = 7');
  migrate(db, 'queue.db', [...migrations, 'ALTER TABLE tally ADD COLUMN archived INTEGER NOT NULL DEFAULT 3']);
  expect(version()).toBe(migrations.length + 1);
  expect(db.prepare('SELECT completed, archived FROM tally').get()).toEqual({ completed: 7, archived: 3 });
});

it('leaves a current file alone', () => {
  migrate(db, 'queue.db');
  db.exec('UPDATE tally SET completed = 7');
  migrate(db, 'queue.db');
  expect(db.prepare('SELECT completed FROM tally').get()).toEqual({ completed: 7 });
});

it('changes nothing when a step fails', () => {
  migrate(db, 'queue.db');
  const broken = [...migrations, 'CREATE TABLE half (id); CREATE TABLE half (id);'];
  expect(() => migrate(db, 'queue.db', broken)).toThrow('half');
  expect(version()).toBe(migrations.length);
  expect(db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'half'").get()).toEqual({ n: 0 });
});

it('refuses a newer file', () => {
  migrate(db, 'queue.db', [...migrations, 'SELECT 1']);
  expect(() => migrate(db, 'queue.db')).toThrow('[QUEUE_NEWER]');
});
