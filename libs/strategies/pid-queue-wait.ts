import { sixDigits, type EpochFacts, type Observation, type Step } from '#libs/core';
import { decide, waitingReason } from './decide.ts';
import type { PidConfig, PidState } from './pid.ts';
import { cutBy } from './slow-start.ts';
import { stepVelocity } from './velocity.ts';

const tooLate = 0.1;
const withoutDeadlineMs = 1000;
const defaultTiMs = 10_000;

/**
 * y = median queue wait over the deadline (1 s if none), e = clip(ln(y/SETPOINT), −1, 1), once per epoch. It only ever
 * grows the limit: a wait that lowered it would make the queue longer. What lowers it is an epoch with > 10 % late jobs.
 */
export function pidQueueWait(
  before: PidState,
  observation: Observation,
  closed: EpochFacts | undefined,
  config: PidConfig,
): Step<PidState> {
  const { limit, wait } = observation;
  const deadline = observation.samples.findLast((sample) => sample[3] !== null)?.[3] ?? before.deadline;
  const state: PidState = { ...before, deadline };
  if (closed === undefined) return decide(state, limit, waitingReason(observation), 'queue-wait');
  const { late = 0, limited, elapsed } = closed;
  if (late > tooLate) return decide(state, cutBy(limit, late), 'deadline-misses', 'queue-wait', { late });
  if (wait === undefined) return decide(state, limit, 'no-samples', 'queue-wait');

  const y = sixDigits(wait.p50 / (deadline ?? withoutDeadlineMs));
  const gains = { kp: config.kp, ti: config.ti === undefined ? defaultTiMs : 1000 * config.ti, td: 1000 * config.td };
  const error = Math.min(1, Math.max(-1, Math.log(Math.max(y, 1e-6) / config.setpoint)));
  const { velocity, change } = stepVelocity(state.velocities['wait'] ?? null, { y, error, elapsed, gains });
  const next: PidState = { ...state, velocities: { wait: velocity } };
  const terms = { wait: y, error: sixDigits(error), limited };
  if (change <= 0) return decide(next, limit, 'steady', 'queue-wait', terms);
  if (limited < 0.5) return decide(next, limit, 'not-limited', 'queue-wait', terms);
  return decide(next, sixDigits(limit * Math.exp(change)), 'headroom', 'queue-wait', terms);
}
