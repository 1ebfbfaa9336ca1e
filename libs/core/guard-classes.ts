import type { GuardedJob } from './guard.ts';

/** Footprints are learnt for so many classes; the others share one. */
const ownClasses = 16;
const otherUnsized = ownClasses;
const otherSized = ownClasses + 1;
export const classPlaces = ownClasses + 2;

/** Sizes beyond it are no sizes. */
const [leastSize, mostSize] = [1e-12, 1e15];

/** A job as the guard sees it: an index into arrays by class, and its declared memory (1 when it has none). */
export interface Sized {
  /** Undefined for a class that was never seen. */
  readonly place: number | undefined;
  readonly sized: boolean;
  readonly size: number;
}

/**
 * Job classes are the client's words. Jobs with and without declared memory never share a class: the one's unit is the
 * user's own, the other's is one job. Those that declare neither class nor memory are told apart by their own deadlines:
 * who may take four times as long is another kind of job, and often a larger one.
 */
export class JobClasses {
  readonly #places = new Map<string, number>();
  /** Whether the jobs of a place declare their memory. */
  readonly sized: boolean[] = Array.from({ length: classPlaces }, (_, place) => place === otherSized);

  /** `known`: only looked up, so that a job that is refused takes no place. */
  look(job: GuardedJob): Sized {
    const { memory } = job;
    const sized = memory !== undefined && memory >= leastSize && memory <= mostSize;
    return { place: this.#placeOf(nameOf(job, sized), sized), sized, size: sized ? memory : 1 };
  }

  /** The place of a job that starts; it is the same when the job ends. */
  place(job: GuardedJob): Sized & { readonly place: number } {
    const found = this.look(job);
    if (found.place !== undefined) return { ...found, place: found.place };
    const place = this.#places.size;
    this.#places.set(nameOf(job, found.sized), place);
    this.sized[place] = found.sized;
    return { ...found, place };
  }

  #placeOf(key: string, sized: boolean): number | undefined {
    const found = this.#places.get(key);
    if (found !== undefined || this.#places.size < ownClasses) return found;
    return sized ? otherSized : otherUnsized;
  }
}

/** From one class of deadlines to the next. */
const deadlineFactor = 4;

function nameOf({ class: name, deadline }: GuardedJob, sized: boolean): string {
  if (sized) return `sized ${name ?? ''}`;
  if (name !== undefined || deadline === undefined || !(deadline > 0)) return name ?? '';
  return `due ${Math.round(Math.log(deadline) / Math.log(deadlineFactor))}`;
}
