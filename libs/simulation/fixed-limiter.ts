import type { Limiter } from './limiter.ts';

/** A limit that never moves: what oracles are made of. */
export class FixedLimiter implements Limiter {
  readonly limit: number;
  readonly tickMs = Infinity;

  constructor(limit: number) {
    this.limit = limit;
  }
}
