import type { Limiter, Random } from '#libs/simulation';

/** A published law, re-told, to be compared with ours. */
export interface Peer {
  readonly name: string;
  readonly variant: 'as documented' | 'bounded';
  /** Where the law is published. */
  readonly source: string;
  /** `random` is for jitter, in laws that have any. */
  create(random: Random): Limiter;
  /** Geo-mean of the ratios over the named suite that an exploratory build saw (recorded traces, out of memory `fatal`). */
  readonly expected?: { readonly alone?: number; readonly withGuard?: number };
}

/** Where a limit starts and between which it stays. */
export interface Range {
  readonly start: number;
  readonly min: number;
  readonly max: number;
}

/** No peer may go higher, whatever its documentation allows: the oracles end here too. */
export const highest = 64;

/** The bounds that our own laws have. */
export const bounded: Range = { start: 2, min: 1, max: highest };

export function clip(value: number, min: number, max: number): number {
  return Math.min(max, Math.max(min, value));
}
