import { exponential, type ArrivalTimes } from './arrivals.ts';

/** Two rates that alternate, `high` first; rates per second, dwells in ms. */
export interface Switching {
  readonly high: number;
  readonly low: number;
  /** Mean stay at the high rate; each stay is drawn between half of it and one and a half. */
  readonly dwell: number;
  /** How much longer the stays at the low rate are. */
  readonly lowStretch: number;
}

/** A two-state Poisson process. */
export function switchingArrivals({ high, low, dwell, lowStretch }: Switching): ArrivalTimes {
  return (random) => {
    const stay = (isHigh: boolean): number => dwell * (0.5 + random.uniform()) * (isHigh ? 1 : lowStretch);
    let isHigh = true;
    let t = 0;
    let stateEnd = stay(isHigh);
    return () => {
      for (;;) {
        // What was left of a wait when the rate changed has no memory: it is drawn anew.
        const next = t + exponential(random, (isHigh ? high : low) / 1000);
        if (next <= stateEnd) {
          t = next;
          return t;
        }
        t = stateEnd;
        isHigh = !isHigh;
        stateEnd += stay(isHigh);
      }
    };
  };
}
