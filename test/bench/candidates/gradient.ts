import { sixDigits, type Strategy } from '#libs/core';
import { z } from 'zod';
import { newLatencyState, stepLatencyLaw, type LatencyState } from './latency-law.ts';
import type { LatencyLevel } from './latency.ts';

const config = z.strictObject({
  /** How much slower than at the lowest level jobs may be where there are no deadlines to tell. */
  tolerance: z.number().min(1).max(10).default(2),
});

type Config = z.infer<typeof config>;

/** Weight of a new limit. */
const eta = 0.2;

/**
 * Gradient2 with its published repairs: the limit shrinks with the ratio of the service time tolerated to the one seen:
 *
 *     tol = clip(0.85/s0, 1.2, 4), s0 = q_0.9 of slack at the lowest level;   g = clip(tol·R0/y, 0.5, 1)
 *     g < 1  L ← (1−η)·L + η·g·L      g = 1 and limited  L ← L + max(1, 0.5·√L)      m > 0.05  as `aimd`
 *
 * After `Netflix/concurrency-limits`. Fails without size and deadline, and where R/z varies for reasons of its own (the
 * least of many noisy medians is too small an R0): delegates to `aimd`.
 */
export const gradient: Strategy<Config, LatencyState> = {
  name: 'gradient',
  summary: 'Shrinks the limit in proportion to how much slower jobs are than tolerated.',
  config,
  initialState: (_config, limit) => newLatencyState(limit),
  step: (state, observation, { tolerance }) =>
    stepLatencyLaw(state, observation, {
      mostSpread: 0.2,
      passed: ({ level, lowest }) => level.y > 0.8 * tolerated(lowest, tolerance) * lowest.y,
      ask: ({ limit, level, lowest }) => {
        const gradient = sixDigits(Math.max(0.5, Math.min(1, (tolerated(lowest, tolerance) * lowest.y) / level.y)));
        const terms = { gradient };
        if (gradient === 1) {
          return { limit: sixDigits(limit + Math.max(1, 0.5 * Math.sqrt(limit))), reason: 'headroom', terms };
        }
        return { limit: sixDigits((1 - eta) * limit + eta * gradient * limit), reason: 'latency-high', terms };
      },
    }),
};

/** How many times R0 a job may take. */
function tolerated({ slack }: LatencyLevel, tolerance: number): number {
  return slack === null ? tolerance : Math.min(4, Math.max(1.2, 0.85 / slack));
}
