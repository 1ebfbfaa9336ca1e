import type { Decision, Observation, Reason, Step } from '#libs/core';
import { signalTerm, type Signal } from './signals.ts';

/** Puts together what a law answers; `terms` always name the signal. */
export function decide<State>(
  state: State,
  limit: number,
  reason: Reason,
  signal: Signal,
  terms?: Decision['terms'],
): Step<State> {
  const named = signalTerm(signal);
  return { state, decision: { limit, reason, terms: terms === undefined ? named : { ...named, ...terms } } };
}

/** Why nothing moves between two closes of an epoch: nothing has happened, or not enough yet. */
export function waitingReason(observation: Observation): Reason {
  const { succeeded, timedOut, throttled } = observation.jobs;
  return observation.inFlight.mean === 0 && succeeded + timedOut + throttled === 0 ? 'no-samples' : 'epoch-open';
}
