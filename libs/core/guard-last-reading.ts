import type { JobClasses, Sized } from './guard-classes.ts';
import { Composition, type Member } from './guard-composition.ts';
import type { Footprints } from './guard-footprints.ts';
import type { History } from './guard-history.ts';
import type { JobGroup, MemoryView } from './guard-prediction.ts';
import type { MemoryReading } from './guard-readings.ts';

/** What all devices share. */
export interface GuardedJobs {
  readonly classes: JobClasses;
  readonly history: History;
  /** In flight now. */
  readonly now: Composition;
}

/**
 * The reading to predict from, what ran when it was taken, and who came and went since; all kept up to date with what
 * footprints make of it, because every admission asks.
 */
export class LastReading {
  readonly #jobs: GuardedJobs;
  readonly #footprints: Footprints;
  readonly #then = new Composition();
  readonly #joined = new Composition();
  readonly #left = new Composition();
  #memory = { now: 0, atReading: 0, joined: 0, left: 0 };
  #reading: Pick<MemoryReading, 'used' | 'takenAt'> | undefined;

  constructor(jobs: GuardedJobs, footprints: Footprints) {
    this.#jobs = jobs;
    this.#footprints = footprints;
  }

  /** Σ h·μ of what runs now, bytes. */
  get memoryNow(): number {
    return this.#memory.now;
  }

  started(member: Sized & Member): void {
    const memory = this.#footprints.of(member);
    this.#joined.add(member);
    this.#memory.now += memory;
    this.#memory.joined += memory;
  }

  finished(member: Sized & Member): void {
    const memory = this.#footprints.of(member);
    // An empty device forgets what rounding left.
    this.#memory.now = this.#jobs.now.jobs === 0 ? 0 : this.#memory.now - memory;
    if (member.start < (this.#reading?.takenAt ?? -Infinity)) {
      this.#left.add(member);
      this.#memory.left += memory;
    } else if (this.#joined.remove(member)) {
      this.#memory.joined = this.#joined.jobs === 0 ? 0 : this.#memory.joined - memory;
    }
  }

  /** From here on the one to predict from; `then` ran when it was taken. */
  take(then: Composition, { used, takenAt }: Pick<MemoryReading, 'used' | 'takenAt'>): void {
    this.#reading = { used, takenAt };
    this.#then.copy(then);
    this.#jobs.history.since(takenAt, this.#joined, this.#left);
    this.sumUp();
  }

  /** After footprints have changed. */
  sumUp(): void {
    this.#memory = {
      now: this.#footprints.sum(this.#jobs.now),
      atReading: this.#footprints.sum(this.#then),
      joined: this.#footprints.sum(this.#joined),
      left: this.#footprints.sum(this.#left),
    };
  }

  /** `stale`: the reading is too old to be believed. */
  view(
    t: number,
    base: number,
    { variance, stale }: { readonly variance: number; readonly stale: boolean },
  ): MemoryView {
    const reading = this.#reading;
    const memory = this.#memory;
    const now = group(this.#jobs.now, memory.now, t);
    if (stale || reading === undefined) return { now, variance };
    return {
      now,
      variance,
      reading: {
        // Less than the base is read while a lost model loads again: no room for more jobs.
        memory: Math.max(0, reading.used - base),
        age: t - reading.takenAt,
        atReading: group(this.#then, memory.atReading, reading.takenAt),
        joined: group(this.#joined, memory.joined, t),
        left: group(this.#left, memory.left, t),
      },
    };
  }
}

function group({ jobs, startSum }: Composition, memory: number, t: number): JobGroup {
  return { jobs, memory, ages: jobs * t - startSum };
}
