import type { Strategy } from '#libs/core';
import { z } from 'zod';

const config = z.strictObject({
  /** Jobs at once; CONCURRENCY_INITIAL when not given. */
  limit: z.number().min(1).optional(),
});

/**
 * L = LIMIT. No reaction to anything: fails by sitting below what the device could do, or above what its memory holds.
 */
export const fixed: Strategy<z.infer<typeof config>, { readonly limit: number }> = {
  name: 'fixed',
  summary: 'One number that a person chose; reacts to nothing.',
  config,
  explicit: true,
  firstLimit: ({ limit }) => limit,
  initialState: ({ limit }, inForce) => ({ limit: limit ?? inForce }),
  step: (state) => ({ state, decision: { limit: state.limit, reason: 'fixed' } }),
};
