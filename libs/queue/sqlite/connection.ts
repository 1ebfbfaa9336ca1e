import { DatabaseSync } from 'node:sqlite';

export interface ConnectionOptions {
  readonly path: string;
  /** FULL survives a crash of the operating system; NORMAL only one of the process. */
  readonly synchronous: 'FULL' | 'NORMAL';
  /** The file may not grow beyond this. */
  readonly maxFileBytes?: number;
}

const pageBytes = 4096;

/** The one connection that writes. It never waits for a lock: waiting is done off the event loop, by trying again. */
export function connect(options: ConnectionOptions): DatabaseSync {
  // While opening, a short wait is welcome: a predecessor that is being killed may still hold a lock.
  const db = new DatabaseSync(options.path, { timeout: 1000 });
  try {
    db.exec(`
      PRAGMA page_size = ${pageBytes};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = ${options.synchronous};
      PRAGMA wal_autocheckpoint = 0;
      PRAGMA cache_size = -16384;
      PRAGMA temp_store = MEMORY;
    `);
    if (options.maxFileBytes !== undefined) {
      db.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(options.maxFileBytes / pageBytes))}`);
    }
  } catch (error) {
    db.close();
    throw error;
  }
  return db;
}
