import type { EndedJob, Limiter } from '#libs/simulation';

/** A law of Netflix/concurrency-limits: one sample in, one limit out. It knows no time and no requests. */
export interface SampleLaw {
  readonly limit: number;
  sample(sample: LawSample): void;
}

export interface LawSample {
  /** Service time, ms. */
  readonly service: number;
  /** When the job started, itself included. */
  readonly inFlight: number;
  readonly dropped: boolean;
}

/** Every job that ends is a sample. */
export class PerCompletion implements Limiter {
  readonly tickMs = Infinity;
  readonly #law: SampleLaw;

  constructor(law: SampleLaw) {
    this.#law = law;
  }

  get limit(): number {
    return this.#law.limit;
  }

  ended(end: EndedJob): void {
    this.#law.sample(lawSample(end));
  }
}

export function lawSample({ service, inFlightAtStart, late, lost }: EndedJob): LawSample {
  return { service, inFlight: inFlightAtStart, dropped: late || lost };
}
