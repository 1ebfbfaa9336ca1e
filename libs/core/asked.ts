import { finiteTerms, listedReason, type Decision } from './decision.ts';
import type { MemberDecision } from './members.ts';
import type { Observation } from './observation.ts';
import type { AnyStrategy } from './strategy.ts';

export type StrategyErrorKind = 'threw' | 'not-finite' | 'bad-state';

export interface StrategyError {
  readonly kind: StrategyErrorKind;
  readonly name: string;
  readonly message: string;
}

/** What a strategy answered in one period. */
export interface Asked {
  readonly state: unknown;
  readonly decision: Decision;
  readonly members?: readonly MemberDecision[];
  readonly binding?: string;
  readonly error?: StrategyError;
}

/**
 * Steps a strategy and never throws: one that fails, or answers with what is no limit, holds `limit`, the one in force, and
 * keeps its old state. `anew`: it begins at that limit instead of going on.
 */
export function askStrategy(
  { strategy, config }: { readonly strategy: AnyStrategy; readonly config: unknown },
  from: { readonly state: unknown; readonly limit: number; readonly anew?: number | undefined },
  observation: Observation,
): Asked {
  const hold = (kind: StrategyErrorKind, name: string, message: string): Asked => ({
    state: from.state,
    decision: { limit: from.limit, reason: 'strategy-error' },
    error: { kind, name, message: message.slice(0, 200) },
  });
  try {
    const before: unknown = from.anew === undefined ? from.state : strategy.initialState(config, from.anew);
    const step: unknown = strategy.step(before, observation, config);
    if (!isStep(step)) {
      forgetRejection(step);
      return hold('threw', 'TypeError', 'step() must return { state, decision } at once');
    }
    const { limit } = step.decision;
    if (typeof limit !== 'number' || !(limit >= 0) || limit === Infinity) {
      return hold('not-finite', 'RangeError', `the strategy asked for a limit of ${String(limit)}`);
    }
    if (step.state === undefined) return hold('bad-state', 'TypeError', 'the strategy returned no state');
    const { members, binding } = step;
    return {
      state: step.state,
      decision: finiteTerms(listedReason(step.decision, from.limit)),
      ...(members && { members }),
      ...(binding !== undefined && { binding }),
    };
  } catch (error) {
    return hold('threw', ...wordsOf(error));
  }
}

function isStep(step: unknown): step is Omit<Asked, 'error'> {
  if (typeof step !== 'object' || step === null || !('decision' in step) || !('state' in step)) return false;
  return typeof step.decision === 'object' && step.decision !== null;
}

/** An async step is refused; what it rejects with later must not end the process. */
function forgetRejection(step: unknown): void {
  if (step instanceof Promise) step.catch(() => undefined);
}

/** Name and message of whatever was thrown; asking for them may throw again. */
function wordsOf(error: unknown): [name: string, message: string] {
  try {
    const [name, message]: readonly unknown[] = error instanceof Error ? [error.name, error.message] : ['Error', error];
    return [String(name), String(message)];
  } catch {
    return ['Error', 'something that cannot be put into words'];
  }
}
