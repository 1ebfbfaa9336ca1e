import { Composition } from './guard-composition.ts';
import type { Footprints } from './guard-footprints.ts';
import type { MemoryReading } from './guard-readings.ts';

/** The jobs' share of memory fell below this… */
const modelFell = 0.75;
/** …and the reading not even below that, */
const readingStayed = 0.95;
/** at so many readings in a row. */
const readingsToTell = 5;

/**
 * Tells readings that never fall, as those of a caching allocator seen from outside: jobs leave and the reading stays. From
 * then on only a reading that rises says something, and footprints are such that they explain the highest one. A fall of it
 * takes the finding back. Bytes.
 */
export class HighWater {
  active = false;
  /** What ran when the reading last rose; without the finding, the most that ran since. And what was read then. */
  readonly jobs = new Composition();
  used = 0;
  takenAt = 0;
  #stayed = 0;

  /** Whether the reading says something of what runs. */
  observe(
    then: Composition,
    reading: Pick<MemoryReading, 'used' | 'takenAt'>,
    base: number,
    footprints: Footprints,
  ): boolean {
    const { used } = reading;
    if (used - base < readingStayed * (this.used - base)) {
      this.active = false;
      this.#from(then, reading);
      return true;
    }
    const now = footprints.sum(then);
    const most = footprints.sum(this.jobs);
    if (used > this.used || (!this.active && now >= most)) {
      this.#from(then, reading);
      return true;
    }
    if (this.active) return false;
    this.#stayed = now < modelFell * most ? this.#stayed + 1 : 0;
    if (this.#stayed < readingsToTell) return true;
    this.active = true;
    footprints.explain(this.jobs, this.used - base);
    return false;
  }

  /** The process that held the memory is gone. */
  lost(): void {
    this.active = false;
    this.#from(new Composition(), { used: 0, takenAt: 0 });
  }

  #from(then: Composition, { used, takenAt }: Pick<MemoryReading, 'used' | 'takenAt'>): void {
    this.jobs.copy(then);
    this.used = used;
    this.takenAt = takenAt;
    this.#stayed = 0;
  }
}
