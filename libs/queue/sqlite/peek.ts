import { DatabaseSync } from 'node:sqlite';
import { unavailable } from './sqlite-errors.ts';
import { tallyOf, type Tally } from './tally.ts';

/**
 * The counters of a queue file that may be in use, without taking it over or changing anything.
 * @throws {FlyballError} QUEUE_UNAVAILABLE
 */
export function peekSqliteQueue(path: string): Pick<Tally, 'waiting' | 'lowPriority' | 'leased' | 'failed'> {
  let db: DatabaseSync | undefined;
  try {
    db = new DatabaseSync(path, { readOnly: true, timeout: 1000 });
    return tallyOf(db.prepare('SELECT * FROM tally').get());
  } catch (error) {
    throw unavailable(error, path);
  } finally {
    db?.close();
  }
}
