import type { DecisionRecord } from '#libs/core';
import type { Emit, FlyballEvent } from './events.ts';

/** As many as an hour has at one period a second; about 15 MB. */
const kept = 3600;

/** A record as it is shown; a checkpoint is for replay alone. */
export type ShownDecision = Omit<DecisionRecord, 'checkpoint'>;

/** The last 3,600 decision records of this process, for whoever asks about now or then. */
export class RecentDecisions {
  readonly #ring: ShownDecision[] = [];
  readonly #emit: Emit | undefined;
  #next = 0;

  constructor(emit?: Emit) {
    this.#emit = emit;
  }

  readonly record = (event: FlyballEvent): void => {
    if (event.type !== 'period') return;
    const { checkpoint: _checkpoint, ...shown } = event.record;
    this.#ring[this.#next] = shown;
    this.#next = (this.#next + 1) % kept;
    this.#emit?.({ type: 'record-written', sink: 'memory', result: 'written' });
  };

  /** Oldest first. */
  all(): readonly ShownDecision[] {
    return this.#ring.length < kept
      ? [...this.#ring]
      : [...this.#ring.slice(this.#next), ...this.#ring.slice(0, this.#next)];
  }
}

/** The decision in force at a moment, of records that are oldest first; undefined for a moment before the first. */
export function decisionAt<Shown extends ShownDecision>(records: readonly Shown[], moment: number): Shown | undefined {
  return records.findLast(({ at }) => at <= moment);
}
