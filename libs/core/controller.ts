import { stepBlindness, type Blindness, type BlindnessStep } from './blindness.ts';
import { applyBounds, type Bounded, type Bounds } from './bounds.ts';
import { listedReason, type Decision, type Reason } from './decision.ts';
import type { Observation } from './observation.ts';
import { sixDigits } from './rounding.ts';
import type { AnyStrategy } from './strategy.ts';

export interface ControllerSetup {
  readonly strategy: AnyStrategy;
  /** Output of the strategy's own schema. */
  readonly config: unknown;
  readonly bounds: Bounds;
  readonly initial: number;
  /** Decide and record; leave the limit at `initial`. */
  readonly dryRun: boolean;
}

/** Plain JSON, carried from period to period. */
export interface ControllerState {
  /** Limit in force, fractional. */
  readonly limit: number;
  /** The limit at the start, where a blind strategy's ends up; a replay from any checkpoint needs it. Logs of old lack it. */
  readonly initial?: number;
  readonly strategy: unknown;
  /** The gate's number before the last change of it, and when that was (ms since the worker's start). */
  readonly was: number;
  readonly changedAt: number;
  /** Only while the strategy lacks the signal it needs. */
  readonly blindness?: Blindness;
}

export const modes = ['auto', 'dry-run', 'draining'] as const;
export type Mode = (typeof modes)[number];
export type Action = 'increase' | 'decrease' | 'hold';
export type StrategyErrorKind = 'threw' | 'not-finite' | 'bad-state';

/** What one period decided, and each step on the way. */
export interface Verdict {
  readonly mode: Mode;
  /** What the strategy wanted. */
  readonly decision: Decision;
  /** `in`: what was asked for after blindness. */
  readonly bounds: Bounded;
  /** `gate` = ⌊after⌋, held for `since` ms; it was `was` before. */
  readonly limit: {
    readonly before: number;
    readonly after: number;
    readonly gate: number;
    readonly since: number;
    readonly was: number;
  };
  readonly action: Action;
  readonly reason: Reason;
  readonly error?: { readonly kind: StrategyErrorKind; readonly name: string; readonly message: string };
}

export function startController(setup: ControllerSetup): ControllerState {
  const limit = Math.min(setup.bounds.max, Math.max(setup.bounds.min, setup.initial));
  return {
    limit,
    initial: limit,
    strategy: setup.strategy.initialState(setup.config, limit),
    was: Math.floor(limit),
    changedAt: 0,
  };
}

/**
 * One turn of the loop, pure: strategy → finite? → blindness → step limits → min/max → out-of-memory cut → ⌊·⌋.
 * A strategy that throws, or answers with what is no limit, holds the limit for this period and keeps its old state.
 */
export function stepController(
  setup: ControllerSetup,
  state: ControllerState,
  observation: Observation,
): { readonly state: ControllerState; readonly verdict: Verdict } {
  const asked = ask(setup, state, observation);
  const explicit = setup.strategy.explicit === true;
  const { blindness, instead } = blindnessOf(setup, state, { asked, observation });
  const limit = instead?.limit ?? asked.decision.limit;
  const bounds = applyBounds(limit, state.limit, setup.bounds, explicit || asked.error !== undefined);
  const cut = observation.jobs.outOfMemory > 0 && !explicit;
  const wanted = cut ? outOfMemoryCut(bounds.out, state.limit, setup.bounds) : bounds.out;
  const after = setup.dryRun ? state.limit : sixDigits(wanted);

  const gateBefore = Math.floor(state.limit);
  const gate = Math.floor(after);
  const changed = gate !== gateBefore;
  const changedAt = changed ? observation.t : state.changedAt;
  const was = changed ? gateBefore : state.was;
  return {
    state: {
      limit: after,
      ...(state.initial !== undefined && { initial: state.initial }),
      strategy: asked.state,
      was,
      changedAt,
      ...(blindness && { blindness }),
    },
    verdict: {
      mode: setup.dryRun ? 'dry-run' : 'auto',
      decision: asked.decision,
      bounds,
      limit: { before: state.limit, after, gate, since: observation.t - changedAt, was },
      action: gate > gateBefore ? 'increase' : gate < gateBefore ? 'decrease' : 'hold',
      reason: cut ? 'oom-cut' : (instead?.reason ?? asked.decision.reason),
      ...(asked.error && { error: asked.error }),
    },
  };
}

/** A person's word needs no signal; a strategy that failed has not said whether it has its own. */
function blindnessOf(
  setup: ControllerSetup,
  state: ControllerState,
  { asked, observation }: { readonly asked: Asked; readonly observation: Observation },
): BlindnessStep {
  if (setup.strategy.explicit === true) return {};
  if (asked.error !== undefined) return state.blindness === undefined ? {} : { blindness: state.blindness };
  const { limit, blindness, initial = setup.initial } = state;
  return stepBlindness(blindness, { decision: asked.decision, observation, limit, initial });
}

/** L ← max(min, 0.7·L): at once and whatever the law says, for each period with an out-of-memory failure. */
function outOfMemoryCut(wanted: number, inForce: number, bounds: Bounds): number {
  return Math.min(wanted, Math.max(bounds.min, 0.7 * inForce));
}

interface Asked {
  readonly state: unknown;
  readonly decision: Decision;
  readonly error?: NonNullable<Verdict['error']>;
}

function ask(setup: ControllerSetup, state: ControllerState, observation: Observation): Asked {
  const hold = (kind: StrategyErrorKind, name: string, message: string): Asked => ({
    state: state.strategy,
    decision: { limit: state.limit, reason: 'strategy-error' },
    error: { kind, name, message: message.slice(0, 200) },
  });
  try {
    const step: unknown = setup.strategy.step(state.strategy, observation, setup.config);
    if (!isStep(step)) {
      forgetRejection(step);
      return hold('threw', 'TypeError', 'step() must return { state, decision } at once');
    }
    const { limit } = step.decision;
    if (typeof limit !== 'number' || !(limit >= 0) || limit === Infinity) {
      return hold('not-finite', 'RangeError', `the strategy asked for a limit of ${String(limit)}`);
    }
    if (step.state === undefined) return hold('bad-state', 'TypeError', 'the strategy returned no state');
    return { state: step.state, decision: finiteTerms(listedReason(step.decision, state.limit)) };
  } catch (error) {
    return hold('threw', ...wordsOf(error));
  }
}

function isStep(step: unknown): step is { state: unknown; decision: Decision } {
  if (typeof step !== 'object' || step === null || !('decision' in step) || !('state' in step)) return false;
  return typeof step.decision === 'object' && step.decision !== null;
}

/** A term that is not a finite number would be lost in JSON, and the record would not replay. */
function finiteTerms(decision: Decision): Decision {
  const { terms } = decision;
  if (terms === undefined || Object.values(terms).every(Number.isFinite)) return decision;
  const entries = Object.entries(terms);
  return { ...decision, terms: Object.fromEntries(entries.filter(([, value]) => Number.isFinite(value))) };
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
