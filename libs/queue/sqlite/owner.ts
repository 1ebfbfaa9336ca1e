import { DatabaseSync } from 'node:sqlite';
import { FlyballError } from '#libs/core';
import { isBusy } from './sqlite-errors.ts';

/**
 * Makes this process the only one that uses the queue file. The lock is a file lock of the operating system, taken by an
 * open transaction on an empty file beside it: it ends with the process, also by kill -9, and no process id has to be
 * believed. Answers with the way to let go.
 * @throws {FlyballError} QUEUE_OWNED, naming the process that has it
 */
export function claimOwnership(path: string): () => void {
  const lock = new DatabaseSync(`${path}.owner`, { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN IMMEDIATE');
  } catch (error) {
    lock.close();
    if (!isBusy(error)) throw error;
    throw new FlyballError(
      'QUEUE_OWNED',
      `The queue file "${path}" is in use by ${holder(path)}. Stop that one first, or point QUEUE_URL at another file.`,
    );
  }
  return () => lock.close();
}

function holder(path: string): string {
  try {
    const db = new DatabaseSync(path, { readOnly: true, timeout: 100 });
    try {
      const row = db.prepare('SELECT pid, opened_at FROM owner').get();
      if (row === undefined) return 'another Flyball';
      return `another Flyball (process ${String(row['pid'])}, since ${new Date(Number(row['opened_at'])).toISOString()})`;
    } finally {
      db.close();
    }
  } catch {
    // The other one may be just making the file; its name is a courtesy only.
    return 'another Flyball';
  }
}
