import { askStrategy, type Asked, type StrategyError } from './asked.ts';
import { stepBlindness, type Blindness, type BlindnessStep } from './blindness.ts';
import { applyBounds, type Bounded, type Bounds } from './bounds.ts';
import type { Decision, Reason } from './decision.ts';
import type { MemberDecision } from './members.ts';
import type { Mode } from './modes.ts';
import type { Observation } from './observation.ts';
import { orderAt, type Order, type OrderFacts } from './operator.ts';
import { possible } from './possible.ts';
import { sixDigits } from './rounding.ts';
import { seenFrom, shadowDecision, shadowSetup, type Shadow, type ShadowDecision } from './shadows.ts';
import type { AnyStrategy } from './strategy.ts';

export interface ControllerSetup {
  readonly strategy: AnyStrategy;
  /** Output of the strategy's own schema. */
  readonly config: unknown;
  readonly bounds: Bounds;
  readonly initial: number;
  /** Decide and record; leave the limit at `initial`. */
  readonly dryRun: boolean;
  /** Strategies that are stepped and recorded beside the one that decides. */
  readonly shadows?: readonly Shadow[];
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
  /** Only while a person has the say. */
  readonly order?: Order;
  /** An order decided the last period: the strategy begins anew when none does. */
  readonly ordered?: true;
  /** One for each shadow. */
  readonly shadows?: readonly ControllerState[];
}

export type Action = 'increase' | 'decrease' | 'hold';

/** What one period decided, and each step on the way. */
export interface Verdict {
  readonly mode: Mode;
  /** What the strategy wanted. */
  readonly decision: Decision;
  /** Only of the least of several: what each wanted, and whose word the decision is. */
  readonly members?: readonly MemberDecision[];
  readonly binding?: string;
  readonly shadows?: readonly ShadowDecision[];
  /** `in`: what was asked for after blindness and a person's order. */
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
  /** The order that decided: in the modes `override` and `frozen`. */
  readonly override?: OrderFacts;
  readonly error?: StrategyError;
}

export interface ControllerStep {
  readonly state: ControllerState;
  readonly verdict: Verdict;
}

export function startController(setup: ControllerSetup): ControllerState {
  const limit = Math.min(setup.bounds.max, Math.max(setup.bounds.min, setup.initial));
  return {
    limit,
    initial: limit,
    strategy: setup.strategy.initialState(setup.config, limit),
    was: Math.floor(limit),
    changedAt: 0,
    ...(setup.shadows && { shadows: setup.shadows.map((shadow) => startController(shadowSetup(setup, shadow))) }),
  };
}

/**
 * One turn of the loop, pure: strategy → finite? → blindness → a person's order → step limits → min/max → out-of-memory
 * cut → ⌊·⌋. A strategy that throws, or answers with what is no limit, holds the limit for this period and keeps its old
 * state. While an order holds the strategy is stepped and recorded, not obeyed; after it, it begins anew at the limit in
 * force.
 */
export function stepController(setup: ControllerSetup, state: ControllerState, observed: Observation): ControllerStep {
  const observation = possible(observed);
  const order = orderAt(state, observation.t);
  const resumes = state.ordered === true && order === undefined;
  const anew = resumes ? Math.max(setup.bounds.min, state.limit) : undefined;
  const asked = askStrategy(setup, { state: state.strategy, limit: state.limit, anew }, observation);
  const { blindness, instead } = blindnessOf(setup, state, { asked, observation });

  const wanted = order === undefined ? (instead?.limit ?? asked.decision.limit) : (order.limit ?? state.limit);
  const spoken = order !== undefined || setup.strategy.explicit === true;
  const bounds = applyBounds(wanted, state.limit, setup.bounds, spoken);
  // A person who chose a strategy for its number wants that number; an order is no licence to run out of memory.
  const cut = observation.jobs.outOfMemory > 0 && (order !== undefined || setup.strategy.explicit !== true);
  const limit = cut ? outOfMemoryCut(bounds.out, state.limit, setup.bounds) : bounds.out;
  const after = setup.dryRun ? state.limit : sixDigits(limit);

  const gateBefore = Math.floor(state.limit);
  const gate = Math.floor(after);
  const changed = gate !== gateBefore;
  const changedAt = changed ? observation.t : state.changedAt;
  const was = changed ? gateBefore : state.was;
  const shadows = stepShadows(setup, state, observation);
  return {
    state: {
      limit: after,
      ...(state.initial !== undefined && { initial: state.initial }),
      strategy: asked.state,
      was,
      changedAt,
      ...(blindness && { blindness }),
      ...(order && { order: cut && order.limit !== undefined ? { ...order, limit: after } : order, ordered: true }),
      ...(shadows && { shadows: shadows.map((shadow) => shadow.state) }),
    },
    verdict: {
      mode: order?.mode ?? (setup.dryRun ? 'dry-run' : 'auto'),
      decision: asked.decision,
      ...(asked.members && { members: asked.members, binding: asked.binding ?? '' }),
      ...(shadows && { shadows: shadows.map((shadow) => shadow.decision) }),
      bounds,
      limit: { before: state.limit, after, gate, since: observation.t - changedAt, was },
      action: gate > gateBefore ? 'increase' : gate < gateBefore ? 'decrease' : 'hold',
      reason: cut ? 'oom-cut' : (order?.mode ?? instead?.reason ?? asked.decision.reason),
      ...(order && { override: factsOf(order) }),
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

function factsOf(order: Order): OrderFacts {
  const { mode: _, ...facts } = order;
  return facts;
}

/** Each by the same rules as the strategy that decides, on its own limit. */
function stepShadows(
  setup: ControllerSetup,
  { shadows: states }: ControllerState,
  observation: Observation,
): readonly { readonly state: ControllerState; readonly decision: ShadowDecision }[] | undefined {
  return setup.shadows?.map((shadow, index) => {
    const own = shadowSetup(setup, shadow);
    const state = states?.[index] ?? startController(own);
    const step = stepController(own, state, seenFrom(state.limit, observation));
    return { state: step.state, decision: shadowDecision(shadow.strategy.name, step) };
  });
}
