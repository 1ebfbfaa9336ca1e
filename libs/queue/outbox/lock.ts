import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { FlyballError } from '#libs/core';

/**
 * Makes this process the only one that uses the folder: an open transaction on an empty file, which ends with the process,
 * also by kill -9. Answers with the way to let go.
 * @throws {FlyballError} OUTBOX_OWNED
 */
export function lockFolder(folder: string): () => void {
  const lock = new DatabaseSync(join(folder, 'owner'), { timeout: 0 });
  try {
    lock.exec('PRAGMA journal_mode = DELETE; BEGIN IMMEDIATE');
  } catch (error) {
    lock.close();
    const isBusy = error instanceof Error && 'errcode' in error && (Number(error.errcode) & 0xff) === 5;
    if (!isBusy) throw error;
    throw new FlyballError(
      'OUTBOX_OWNED',
      `The outbox folder "${folder}" is in use by another Flyball. Stop that one first, or give this one a folder of its own.`,
    );
  }
  return () => lock.close();
}
