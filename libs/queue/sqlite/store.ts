import type { DatabaseSync } from 'node:sqlite';
import { prepareStatements, type Statements } from './statements.ts';
import { tallyOf, tallyValues, type Tally } from './tally.ts';

/** The open file: its statements, its counters, and transactions in which the two agree. */
export class Store {
  readonly path: string;
  readonly statements: Statements;
  readonly tally: Tally;
  readonly #db: DatabaseSync;
  readonly #synchronous: 'FULL' | 'NORMAL';
  #durable = true;
  #committed: Readonly<Tally>;

  /** @param synchronous what the connection was opened with */
  constructor(db: DatabaseSync, path: string, synchronous: 'FULL' | 'NORMAL') {
    this.#db = db;
    this.#synchronous = synchronous;
    this.path = path;
    this.statements = prepareStatements(db);
    this.tally = tallyOf(this.statements.readTally.get());
    this.#committed = { ...this.tally };
  }

  /** Not durable: its commit does not wait for the disk, and survives the process, but not always the operating system. */
  begin(durable = true): void {
    if (durable !== this.#durable && this.#synchronous === 'FULL') {
      this.#db.exec(durable ? 'PRAGMA synchronous = FULL' : 'PRAGMA synchronous = NORMAL');
    }
    this.#durable = durable;
    this.statements.begin.run();
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
    this.#db.close();
  }
}
