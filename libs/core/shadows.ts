import type { StrategyError } from './asked.ts';
import type { ControllerSetup, ControllerState, Verdict } from './controller.ts';
import type { Decision } from './decision.ts';
import type { Observation } from './observation.ts';
import type { AnyStrategy } from './strategy.ts';

/** A strategy that is only watched. */
export interface Shadow {
  readonly strategy: AnyStrategy;
  readonly config: unknown;
}

/** What a shadow would have asked for; never what it would have achieved, for it saw data that another limit made. */
export interface ShadowDecision {
  readonly strategy: string;
  /** After bounds, as if all its limits had been in force. */
  readonly limit: number;
  readonly reason: Verdict['reason'];
  readonly terms?: NonNullable<Decision['terms']>;
  readonly error?: StrategyError;
}

/** A limit further above the one in force than this cannot be called used, so it may not grow. */
const reach = 1 / 0.9;

/**
 * What a strategy sees whose own limit is not the one in force: its own as `limit`, and `limited: 0` while that exceeds
 * the one in force by more than 1/0.9. So it trails by 11 % instead of winding up on data it did not make.
 */
export function seenFrom(limit: number, observation: Observation): Observation {
  return { ...observation, limit, limited: limit > reach * observation.limit ? 0 : observation.limited };
}

/** A shadow is set up like the controller that it watches, yet always acts on its own limit. */
export function shadowSetup({ bounds, initial }: ControllerSetup, { strategy, config }: Shadow): ControllerSetup {
  return { strategy, config, bounds, initial, dryRun: false };
}

export function shadowDecision(
  strategy: string,
  step: { readonly state: ControllerState; readonly verdict: Verdict },
): ShadowDecision {
  const { decision, reason, error } = step.verdict;
  const { terms } = decision;
  return { strategy, limit: step.state.limit, reason, ...(terms && { terms }), ...(error && { error }) };
}
