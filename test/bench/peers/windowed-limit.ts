import type { EndedJob, Limiter } from '#libs/simulation';
import { lawSample, type LawSample, type SampleLaw } from './sample-law.ts';

const windowMs = 1000;
const fewest = 10;
/** Shorter ones are not believed, ms. */
const shortest = 0.1;

/**
 * Netflix's WindowedLimit: the law inside sees one sample per window of a second: the mean service time, the most in
 * flight, and whether anything was dropped. A window with fewer than 10 jobs is thrown away, so slow jobs never speak.
 */
export class WindowedLimit implements Limiter {
  readonly tickMs = Infinity;
  readonly #law: SampleLaw;
  #window: LawSample[] = [];
  #endsAt = 0;

  constructor(law: SampleLaw) {
    this.#law = law;
  }

  get limit(): number {
    return this.#law.limit;
  }

  ended(end: EndedJob): void {
    if (end.service < shortest) return;
    this.#window.push(lawSample(end));
    if (end.t <= this.#endsAt) return;
    const window = this.#window;
    this.#window = [];
    this.#endsAt = end.t + windowMs;
    if (window.length < fewest) return;
    this.#law.sample({
      service: window.reduce((sum, { service }) => sum + service, 0) / window.length,
      inFlight: Math.max(...window.map(({ inFlight }) => inFlight)),
      dropped: window.some(({ dropped }) => dropped),
    });
  }
}
