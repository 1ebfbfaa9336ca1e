import type { DatabaseSync } from 'node:sqlite';
import { FlyballError } from '#libs/core';
import { applicationId, migrations } from './schema.ts';

/**
 * Brings the file to the newest version, in one transaction.
 * @throws {FlyballError} QUEUE_NEWER, QUEUE_FOREIGN; the file is then untouched
 */
export function migrate(db: DatabaseSync, path: string, steps: readonly string[] = migrations): void {
  refuseForeign(db, path);
  const version = pragma(db, 'user_version');
  if (version > steps.length) {
    throw new FlyballError(
      'QUEUE_NEWER',
      `The queue file "${path}" has version ${version}; this Flyball knows versions up to ${steps.length}. ` +
        'Start the newer Flyball that wrote it, or point QUEUE_URL at another file.',
    );
  }
  if (version === steps.length) return;
  db.exec('BEGIN IMMEDIATE');
  try {
    for (const step of steps.slice(version)) db.exec(step);
    db.exec(`PRAGMA user_version = ${steps.length}; PRAGMA application_id = ${applicationId}; COMMIT`);
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

function refuseForeign(db: DatabaseSync, path: string): void {
  const tables = db.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n'];
  if (tables === 0 || pragma(db, 'application_id') === applicationId) return;
  throw new FlyballError(
    'QUEUE_FOREIGN',
    `"${path}" is a SQLite file of another program. Point QUEUE_URL at another path; Flyball makes the file itself.`,
  );
}

function pragma(db: DatabaseSync, name: 'user_version' | 'application_id'): number {
  return Number(db.prepare(`PRAGMA ${name}`).get()?.[name] ?? 0);
}
