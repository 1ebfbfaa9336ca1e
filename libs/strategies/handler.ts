import type { Strategy } from '#libs/core';
import { z } from 'zod';

const config = z.strictObject({});

/**
 * The user's own concurrency modifier, RunPod's `int → int`. The control loop calls it and puts the answer into the
 * observation, so this stays pure and replays. Fractions are floored; 0 takes no jobs until a positive answer comes; no
 * step limits.
 * @throws {Error} with the modifier's failure in words: the controller holds the limit and counts a strategy error
 */
export const handler: Strategy<z.infer<typeof config>, null> = {
  name: 'handler',
  summary: "The user's own concurrency modifier, as RunPod's SDK calls it.",
  config,
  explicit: true,
  initialState: () => null,
  step(state, { limit, modifier }) {
    if (modifier?.invalid !== undefined) throw new Error(modifier.invalid);
    const returned = modifier?.returned;
    if (returned === undefined) return { state, decision: { limit, reason: 'modifier-pending' } };
    if (!(returned >= 0)) throw new Error(`the concurrency modifier returned ${returned}; it must return 0 or more`);
    return { state, decision: { limit: Math.floor(returned), reason: 'modifier', terms: { returned } } };
  },
};
