import type { GuardConfig } from './guard.ts';
import type { OutOfMemoryModel } from './guard-facts.ts';

/** Jobs that fail within this time fail of one cause: a lost process takes all of its jobs with it. */
const oneEventMs = 1000;
const leastFactor = 0.5;
/** So many in a row that the other jobs survived: it costs one job, no more. */
const survivedInARow = 3;

const reactions = {
  fatal: { factor: 0.9, quietMs: 120_000, perSecond: 1.0005 },
  job: { factor: 0.97, quietMs: 30_000, perSecond: Infinity },
} as const;

/**
 * What out-of-memory teaches: f, the share of the ceiling that is planned with, and what such an event costs.
 *
 *   fatal: f ← max(0.5, 0.9·f); after 120 s without one f ← min(1, 1.0005·f) each second
 *   job:   f ← max(0.5, 0.97·f); after 30 s without one f = 1
 *
 * In `job` Z ≤ 1 and MARGIN ≤ 0.01: where one job is lost, caution costs more than it saves.
 */
export class OutOfMemory {
  readonly #config: GuardConfig;
  #model: OutOfMemoryModel;
  #survived = 0;
  #event: { readonly since: number; readonly before: number; readonly fatal: boolean } | undefined;
  #factor = 1;
  #reaction: (typeof reactions)[OutOfMemoryModel] = reactions.fatal;

  constructor(config: GuardConfig) {
    this.#config = config;
    this.#model = config.outOfMemory === 'job' ? 'job' : 'fatal';
  }

  get model(): OutOfMemoryModel {
    return this.#model;
  }

  get z(): number {
    return this.#model === 'job' ? Math.min(1, this.#config.z) : this.#config.z;
  }

  get margin(): number {
    return this.#model === 'job' ? Math.min(0.01, this.#config.margin) : this.#config.margin;
  }

  /** f at `t`. */
  factor(t: number): number {
    if (this.#event === undefined) return 1;
    const { quietMs, perSecond } = this.#reaction;
    const quiet = t - this.#event.since - quietMs;
    return quiet <= 0 ? this.#factor : Math.min(1, this.#factor * perSecond ** (quiet / 1000));
  }

  /** A model server queues what does not fit. */
  queuesItself(): void {
    if (this.#config.outOfMemory === 'auto' && this.#event === undefined) this.#model = 'job';
  }

  /** True for a new event: false where this failure is of one that is known. */
  happened(scope: 'worker' | 'job', t: number): boolean {
    const fatal = scope === 'worker';
    const known = this.#event !== undefined && t - this.#event.since <= oneEventMs;
    if (known && (this.#event?.fatal === true || !fatal)) return false;
    const before = known ? (this.#event?.before ?? 1) : this.factor(t);
    this.#learnModel(fatal);
    this.#reaction = reactions[this.#model];
    this.#factor = Math.max(leastFactor, this.#reaction.factor * before);
    this.#event = { since: t, before, fatal };
    return !known;
  }

  #learnModel(fatal: boolean): void {
    if (this.#config.outOfMemory !== 'auto') return;
    this.#survived = fatal ? 0 : this.#survived + 1;
    if (fatal) this.#model = 'fatal';
    else if (this.#survived >= survivedInARow) this.#model = 'job';
  }
}
