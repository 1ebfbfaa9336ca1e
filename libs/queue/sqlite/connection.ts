import { DatabaseSync } from 'node:sqlite';

export interface ConnectionOptions {
  readonly path: string;
  /** The file may not grow beyond this. */
  readonly maxFileBytes?: number;
}

const pageBytes = 4096;

/**
 * The one connection that writes. COMMIT does not flush (NORMAL, which never harms the file); the store does, see
 * `Store.flush`. It waits for locks for up to a second: for opening only, see `open.ts`.
 */
export function connect(options: ConnectionOptions): DatabaseSync {
  const db = new DatabaseSync(options.path, { timeout: 1000 });
  try {
    db.exec(`
      PRAGMA page_size = ${pageBytes};
      PRAGMA journal_mode = WAL;
      PRAGMA synchronous = NORMAL;
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
