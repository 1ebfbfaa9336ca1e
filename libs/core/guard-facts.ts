/** `off`: no memory is known; `cold`: nothing learnt yet; `stale`: readings are old; `high-water`: readings never fall. */
export const guardStates = ['off', 'cold', 'on', 'stale', 'high-water'] as const;
export type GuardState = (typeof guardStates)[number];

/** What out-of-memory is taken to do: lose every job in flight, or the newest alone. */
export const outOfMemoryModels = ['fatal', 'job'] as const;
export type OutOfMemoryModel = (typeof outOfMemoryModels)[number];

/** The guard in one period, for the record. Memory in bytes. */
export interface GuardFacts {
  readonly state: GuardState;
  readonly model: OutOfMemoryModel;
  /** Admissions refused in this period. */
  readonly refused: number;
  /** Jobs of mean size that fit at once; absent while nothing is learnt. */
  readonly fits?: number;
  readonly devices: readonly GuardedDevice[];
}

export interface GuardedDevice {
  readonly gpu: string;
  /** What memory is expected to come to with one more job, base included. */
  readonly predicted: number;
  /** The same and Z times the deviation, which is what the ceiling is held against; records of old lack it. */
  readonly needed?: number;
  /** What `needed` may come to, base included. */
  readonly ceiling: number;
  /** The next job of mean size. */
  readonly next: number;
  /** Standard deviation that is kept free Z times. */
  readonly deviation: number;
  /** f: lowered by an out-of-memory, 0.5..1. */
  readonly factor: number;
}
