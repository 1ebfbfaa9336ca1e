import { sixDigits, type Strategy } from '#libs/core';
import { z } from 'zod';
import { newLatencyState, stepLatencyLaw, type Heard, type LatencyState } from './latency-law.ts';

const config = z
  .strictObject({
    /** Jobs in a queue inside the plant, as shares of the limit: fewer than `alpha` are too few, more than `beta` too many. */
    alpha: z.number().positive().max(1).default(0.4),
    beta: z.number().positive().max(1).default(0.6),
  })
  .refine(({ alpha, beta }) => alpha < beta, { path: ['alpha'], message: 'must be below beta' });

type Config = z.infer<typeof config>;

/**
 * Keeps the number of jobs that queue inside the plant in a band, from how much slower jobs are than at the lowest level:
 *
 *     Q = L·(1 − R0/y);  ℓ = max(1, ⌊log10 L⌋);  α = max(3ℓ, 0.4·L);  β = max(6ℓ, 0.6·L)
 *     Q > β  L ← L − max(ℓ, 0.05·L)      Q < α and limited  L ← L + max(ℓ, 0.1·L)      m > 0.05  as `aimd`
 *
 * Brakmo & Peterson 1995; the shares of L are ours. Fails where R/z varies for reasons of its own: delegates to `aimd`.
 */
export const vegas: Strategy<Config, LatencyState> = {
  name: 'vegas',
  summary: 'Holds the number of jobs that queue inside the plant in a band.',
  config,
  initialState: (_config, limit) => newLatencyState(limit),
  step: (state, observation, { alpha, beta }) =>
    stepLatencyLaw(state, observation, {
      mostSpread: 0.2,
      passed: (heard) => queuedAt(heard) > Math.max(3, 0.25 * heard.limit),
      ask: (heard) => {
        const { limit } = heard;
        const queued = queuedAt(heard);
        const least = Math.max(1, Math.floor(Math.log10(limit)));
        const terms = { queued };
        if (queued > Math.max(6 * least, beta * limit)) {
          return { limit: sixDigits(limit - Math.max(least, 0.05 * limit)), reason: 'latency-high', terms };
        }
        if (queued >= Math.max(3 * least, alpha * limit)) return { limit, reason: 'steady', terms };
        return { limit: sixDigits(limit + Math.max(least, 0.1 * limit)), reason: 'headroom', terms };
      },
    }),
};

function queuedAt({ limit, level, lowest }: Heard): number {
  return sixDigits(limit * Math.max(0, 1 - lowest.y / level.y));
}
