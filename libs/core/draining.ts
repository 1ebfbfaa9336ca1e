import type { ControllerSetup, ControllerState, ControllerStep } from './controller.ts';
import type { Observation } from './observation.ts';

/**
 * The last period of a worker that stops: a word of the operator's kind, under which no strategy is stepped and the limit
 * stays as it is. Pure, so a replay finds it again.
 */
export function drainController(
  { bounds: { min, max } }: ControllerSetup,
  state: ControllerState,
  { t }: Pick<Observation, 't'>,
): ControllerStep {
  const { limit, was, changedAt } = state;
  return {
    state,
    verdict: {
      mode: 'draining',
      decision: { limit, reason: 'draining' },
      bounds: { min, max, in: limit, out: limit, bit: 'none' },
      limit: { before: limit, after: limit, gate: Math.floor(limit), since: t - changedAt, was },
      action: 'hold',
      reason: 'draining',
    },
  };
}
