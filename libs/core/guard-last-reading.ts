import type { JobClasses, Sized } from './guard-classes.ts';
import { Composition, type Member } from './guard-composition.ts';
import type { Footprints } from './guard-footprints.ts';
import { Growth } from './guard-growth.ts';
import type { History } from './guard-history.ts';
import type { Lives } from './guard-lives.ts';
import { agedMemory, type JobGroup, type MemoryView, type Shape } from './guard-prediction.ts';
import type { MemoryReading } from './guard-readings.ts';

/** What all devices share. */
export interface GuardedJobs {
  readonly classes: JobClasses;
  readonly history: History;
  /** In flight now. */
  readonly now: Composition;
  readonly lives: Lives;
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
  readonly #growth = new Growth();
  #memory = { now: 0, atReading: 0, joined: 0 };
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
    if (member.start >= (this.#reading?.takenAt ?? -Infinity) && this.#joined.remove(member)) {
      this.#memory.joined = this.#joined.jobs === 0 ? 0 : this.#memory.joined - memory;
    }
  }

  /** From here on the one to predict from; `then` ran when it was taken. */
  take(then: Composition, { used, takenAt }: Pick<MemoryReading, 'used' | 'takenAt'>): void {
    this.#learnGrowth(then, { used, takenAt });
    this.#reading = { used, takenAt };
    this.#then.copy(then);
    this.#jobs.history.since(takenAt, this.#joined, new Composition());
    this.sumUp();
  }

  /** What a reading at `t` says that the last one did not: of long jobs it sees the same again. */
  news(t: number): number {
    const life = this.#jobs.lives.mean;
    if (life === undefined || this.#reading === undefined) return 1;
    return Math.min(1, (livesPerNews * (t - this.#reading.takenAt)) / life);
  }

  /** What these jobs take at `t`, over what they take on average over their lives. */
  agedShare(jobs: Composition, t: number): number {
    return agedMemory(group(jobs, 1, t), this.#shape);
  }

  get #shape(): Shape {
    return { growth: this.#growth.share, meanAge: this.#jobs.lives.meanAge };
  }

  #learnGrowth(then: Composition, { used, takenAt }: Pick<MemoryReading, 'used' | 'takenAt'>): void {
    const [last, life, now] = [this.#reading, this.#jobs.lives.mean, this.#footprints.sum(then)];
    if (last === undefined || life === undefined || !(now > 0)) return;
    const [came, went] = [new Composition(), new Composition()];
    this.#jobs.history.between(last.takenAt, takenAt, came, went);
    const mean = now / then.jobs;
    const inJobs = (jobs: Composition): number => this.#footprints.sum(jobs) / mean;
    const [joined, left] = [inJobs(came), inJobs(went)];
    this.#growth.learn({
      moved: (used - last.used) / mean - joined + left,
      aged: ((inJobs(this.#then) + then.jobs) / 2) * ((takenAt - last.takenAt) / life),
      changed: joined + left,
    });
  }

  /** After footprints have changed. */
  sumUp(): void {
    this.#memory = {
      now: this.#footprints.sum(this.#jobs.now),
      atReading: this.#footprints.sum(this.#then),
      joined: this.#footprints.sum(this.#joined),
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
    const large = this.#footprints.large(this.#jobs.now);
    const known = { now: group(this.#jobs.now, memory.now, t), variance, large, shape: this.#shape };
    if (stale || reading === undefined) return known;
    return {
      ...known,
      reading: {
        // Less than the base is read while a lost model loads again: no room for more jobs.
        memory: Math.max(0, reading.used - base),
        atReading: group(this.#then, memory.atReading, reading.takenAt),
        joined: group(this.#joined, memory.joined, t),
      },
    };
  }
}

/** Half a life later as much is new as can be. */
const livesPerNews = 2;

function group({ jobs, startSum }: Composition, memory: number, t: number): JobGroup {
  return { jobs, memory, ages: jobs * t - startSum };
}
