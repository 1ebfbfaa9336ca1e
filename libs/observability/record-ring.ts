import { decisionId, type DecisionRecord } from '#libs/core';

/** The last records in memory, an hour of them at one a second: what the console and the API show. */
export class RecordRing {
  readonly #capacity: number;
  readonly #records: DecisionRecord[] = [];
  #oldest = 0;

  constructor(capacity = 3600) {
    this.#capacity = capacity;
  }

  push(record: DecisionRecord): void {
    if (this.#records.length < this.#capacity) {
      this.#records.push(record);
      return;
    }
    this.#records[this.#oldest] = record;
    this.#oldest = (this.#oldest + 1) % this.#capacity;
  }

  get latest(): DecisionRecord | undefined {
    return this.#records.at(this.#oldest - 1);
  }

  /** The newest `count`, oldest first. */
  last(count = this.#capacity): readonly DecisionRecord[] {
    if (count <= 0) return [];
    return [...this.#records.slice(this.#oldest), ...this.#records.slice(0, this.#oldest)].slice(-count);
  }

  /** The record in force at a wall-clock time (ms): the newest that is not younger. */
  at(time: number): DecisionRecord | undefined {
    return this.last().findLast((record) => record.at <= time);
  }

  byId(id: string): DecisionRecord | undefined {
    return this.#records.find((record) => decisionId(record) === id);
  }
}
