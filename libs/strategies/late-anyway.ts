import { sixDigits, type EpochFacts, type Observation, type Step } from '#libs/core';
import { decide } from './decide.ts';
import { followPlateau, type Ground } from './ground.ts';
import { newPlateau } from './plateau.ts';
import type { Signal } from './signals.ts';

/**
 * Some jobs miss their deadline even alone: a law that cuts on misses then sinks to the bottom and buys nothing with it.
 * After three epochs there the plateau rule takes over, on the rate of jobs that are on time, and says `atFloor: 1`; the
 * law is back when misses have become few, or so many that nothing is left to count.
 */
export interface LateAnyway {
  readonly jobs: number;
  readonly late: number;
}

/** Epochs at the bottom after which a law gives up. */
export const hopelessEpochs = 3;
/** Above this share there is no rate of on-time jobs to speak of. */
const hopelessShare = 0.8;
/** Jobs that tell a small share from none. */
const enoughJobs = 50;

/** At the close of an epoch at the bottom that missed; the law itself has nothing better to do. */
export function giveUp<State extends Ground>(
  state: State,
  observation: Observation,
  { late, signal }: { readonly late: number; readonly signal: Signal },
): Step<State> {
  const { limit } = observation;
  const next = late < hopelessShare ? { anyway: { jobs: 0, late: 0 }, plateau: newPlateau(limit) } : {};
  return decide({ ...state, ...next }, limit, 'deadline-misses', signal, { late, atFloor: 1 });
}

/** At the close of an epoch while the law is out of charge; undefined when it is in charge again. */
export function followAnyway<State extends Ground>(
  state: State,
  anyway: LateAnyway,
  observation: Observation,
  { closed, signal, few }: { readonly closed: EpochFacts; readonly signal: Signal; readonly few: number },
): Step<State> | undefined {
  const counted = {
    jobs: sixDigits(anyway.jobs + closed.jobs),
    late: sixDigits(anyway.late + closed.jobs * (closed.late ?? 0)),
  };
  const enough = counted.jobs >= enoughJobs;
  const share = counted.late / counted.jobs;
  if (enough && (share <= few || share >= hopelessShare)) return undefined;
  const next = { ...state, anyway: enough ? { jobs: 0, late: 0 } : counted };
  const { state: after, decision } = followPlateau(next, observation, closed, signal);
  return { state: after, decision: { ...decision, terms: { ...decision.terms, atFloor: 1 } } };
}
