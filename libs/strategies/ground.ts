import {
  newEpoch,
  meanService,
  observeEpoch,
  type Epoch,
  type EpochFacts,
  type Observation,
  type Reason,
  type Step,
} from '#libs/core';
import { decide, waitingReason } from './decide.ts';
import { newPlateau, restPlateau, stepPlateau, type Plateau } from './plateau.ts';
import type { Signal } from './signals.ts';
import type { LateAnyway } from './late-anyway.ts';
import { addRate, type Rates } from './paying.ts';
import { endedSlowStart, newSlowStart, stepSlowStart, type SlowStart } from './slow-start.ts';

/** What every adaptive law stands on: its epoch, the ramp before it, and the rule for when there are no deadlines. */
export interface Ground {
  readonly epoch: Epoch;
  readonly slow: SlowStart;
  readonly plateau: Plateau;
  /** Jobs judged since the law went out of charge; null while it is in charge. */
  readonly anyway: LateAnyway | null;
  /** What each level brought lately. */
  readonly rates: Rates;
}

export function newGround(limit: number): Ground {
  return { epoch: newEpoch(), slow: newSlowStart, plateau: newPlateau(limit), anyway: null, rates: [] };
}

/** Adds the period; `closed` when the epoch ended with it. */
export function observeGround<State extends Ground>(
  state: State,
  observation: Observation,
): { readonly state: State; readonly closed: EpochFacts | undefined } {
  const { epoch, closed } = observeEpoch(state.epoch, observation);
  const plateau = observation.jobs.outOfMemory > 0 ? restPlateau(state.plateau) : state.plateau;
  const rates = closed ? addRate(state.rates, Math.floor(observation.limit), closed, observation.t) : state.rates;
  return { state: { ...state, epoch, plateau, rates }, closed };
}

/** The rule for when neither a deadline nor a device tells anything. */
export function followPlateau<State extends Ground>(
  state: State,
  observation: Observation,
  closed: EpochFacts | undefined,
  signal: Signal = 'plateau',
): Step<State> {
  if (closed === undefined) return decide(state, observation.limit, waitingReason(observation), signal);
  const { plateau, limit, reason, terms } = stepPlateau(state.plateau, closed, observation);
  // A ramp of either kind runs once.
  const slow = plateau.phase === 'climb' ? state.slow : endedSlowStart;
  return decide({ ...state, plateau, slow }, limit, reason, signal, terms);
}

/** How the ramp went this period; `late` is the share of late jobs that ended it. */
export interface Ramped<State> {
  readonly step: Step<State>;
  readonly over: boolean;
  readonly late?: number;
}

/**
 * The ramp before a law: slow start where deadlines are known, else the climb of the plateau rule. `passed`: the law's own
 * signal is beyond 80 % of its mark.
 */
export function ramp<State extends Ground>(
  state: State,
  observation: Observation,
  {
    closed,
    signal,
    passed,
  }: { readonly closed: EpochFacts | undefined; readonly signal: Signal; readonly passed: boolean },
): Ramped<State> {
  if (state.epoch.deadlines) return slowStart(state, observation, signal, passed);
  const over = { ...state, slow: endedSlowStart };
  if (passed) return { step: decide(over, observation.limit, 'steady', signal), over: true };
  const step = followPlateau(state, observation, closed, signal);
  return { step, over: !step.state.slow.active };
}

function slowStart<State extends Ground>(
  state: State,
  observation: Observation,
  signal: Signal,
  passed: boolean,
): Ramped<State> {
  const { slow, say, limit, late } = stepSlowStart(state.slow, state.epoch, observation, passed);
  const reason: Reason =
    say === 'grow'
      ? 'slow-start'
      : late === undefined
        ? waitingReason(observation)
        : observation.jobs.throttled > 0
          ? 'overloaded'
          : 'deadline-misses';
  const step = decide({ ...state, slow }, limit, reason, signal, late === undefined ? {} : { late });
  return { step, over: say === 'over', ...(late !== undefined && { late }) };
}

/**
 * Attempts that an upstream refused, one service time after the last move at the earliest: what was dispatched before it
 * knows nothing of it. For laws that move between the closes of epochs.
 */
export function refused({ epoch }: Ground): number {
  return epoch.elapsed >= (meanService(epoch) ?? 0) ? epoch.throttled : 0;
}
