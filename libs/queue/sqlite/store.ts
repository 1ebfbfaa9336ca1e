import { closeSync, fdatasync, openSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { prepareStatements, type Statements } from './statements.ts';
import { tallyOf, tallyValues, type Tally } from './tally.ts';

const dataSync = promisify(fdatasync);

/** The open file: its statements, its counters, and transactions in which the two agree. */
export class Store {
  readonly path: string;
  readonly statements: Statements;
  readonly tally: Tally;
  readonly #db: DatabaseSync;
  readonly #synchronous: 'FULL' | 'NORMAL';
  /** The log, open for flushing it. */
  #log: number | undefined;
  #committed: Readonly<Tally>;

  /** @param synchronous FULL: what is committed can be flushed to the disk */
  constructor(db: DatabaseSync, path: string, synchronous: 'FULL' | 'NORMAL') {
    this.#db = db;
    this.#synchronous = synchronous;
    this.path = path;
    this.statements = prepareStatements(db);
    this.tally = tallyOf(this.statements.readTally.get());
    this.#committed = { ...this.tally };
  }

  begin(): void {
    this.statements.begin.run();
  }

  /** Whether a commit has to be flushed before it may be told. */
  get flushes(): boolean {
    return this.#synchronous === 'FULL';
  }

  /**
   * Brings what has been committed to the disk, in a thread of Node's pool: a slow disk does not stop the event loop. It is
   * what `synchronous = FULL` does inside COMMIT, with the same promise: what was flushed survives the operating system.
   */
  async flush(): Promise<void> {
    this.#log ??= openSync(`${this.path}-wal`, 'r');
    await dataSync(this.#log);
  }

  commit(): void {
    const values = tallyValues(this.tally);
    const before = tallyValues(this.#committed);
    if (values.some((value, index) => value !== before[index])) this.statements.saveTally.run(...values);
    this.statements.commit.run();
    this.#committed = { ...this.tally };
  }

  rollback(): void {
    Object.assign(this.tally, this.#committed);
    // SQLite has rolled back by itself after some errors, a full disk among them.
    if (this.#db.isTransaction) this.statements.rollback.run();
  }

  /** One change by itself, at once: for opening and closing, when nobody else waits. */
  transact<Value>(change: () => Value): Value {
    this.begin();
    try {
      const value = change();
      this.commit();
      return value;
    } catch (error) {
      this.rollback();
      throw error;
    }
  }

  close(): void {
    if (this.#log !== undefined) closeSync(this.#log);
    this.#db.close();
  }
}
