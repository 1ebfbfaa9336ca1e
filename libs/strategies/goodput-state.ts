import { sixDigits, type EpochFacts, type Observation } from '#libs/core';
import { aimd, aimdDefaults } from './aimd.ts';
import { failedAt, metAt, type FailedLevels } from './failed-levels.ts';
import { released, type Brake } from './goodput-brake.ts';
import type { Shape } from './goodput-fit.ts';
import { addVisit, type Visits } from './goodput-levels.ts';
import { addWait } from './goodput-pressure.ts';
import { newRamp, type Ramp } from './goodput-ramp.ts';
import { addSamples, type Sample } from './goodput-samples.ts';
import { observeGround } from './ground.ts';

export interface GoodputState {
  /** The law below it, in charge while there is no model. */
  readonly aimd: ReturnType<typeof aimd.initialState>;
  readonly inCharge: boolean;
  readonly samples: readonly Sample[];
  /** ms; jobs that finished before the last shift do not make the fit. */
  readonly since: number;
  /** The shape from before the last shift; null when there was none. */
  readonly shape: Shape | null;
  readonly visits: Visits;
  /** The most in flight that an epoch has had; a limit beyond twice that is a guess. */
  readonly seen: number;
  /** Used epochs since the last probe, and where the next one goes. */
  readonly sinceProbe: number;
  readonly probeUp: boolean;
  /** Jobs that no decision has looked at. */
  readonly unread: number;
  readonly brake: Brake | null;
  /** Share of the deadline that jobs wait before they start, smoothed. */
  readonly waited: number;
  /** Levels that ran out of memory. */
  readonly failed: FailedLevels;
  readonly ramp: Ramp;
}

const seenFades = 0.999;

export function newGoodputState(limit: number): GoodputState {
  return {
    aimd: aimd.initialState(aimdDefaults, limit),
    inCharge: false,
    samples: [],
    since: 0,
    shape: null,
    visits: [],
    seen: 1,
    sinceProbe: 0,
    probeUp: true,
    unread: 0,
    brake: null,
    waited: 0,
    failed: [],
    ramp: newRamp,
  };
}

/** Adds the period; `closed` when the epoch ended with it. */
export function observeGoodput(
  before: GoodputState,
  observation: Observation,
): { readonly state: GoodputState; readonly closed: EpochFacts | undefined } {
  const { state: ground, closed } = observeGround(before.aimd, observation);
  const { jobs, limit } = observation;
  const gate = Math.floor(limit);
  const outOfMemory = jobs.outOfMemory > 0;
  const state: GoodputState = {
    ...before,
    aimd: ground,
    samples: addSamples(before.samples, observation),
    visits: addVisit(before.visits, ground.epoch, observation),
    unread: before.unread + observation.samples.length + jobs.timedOut,
    waited: addWait(before.waited, observation),
    failed: outOfMemory ? failedAt(before.failed, gate) : before.failed,
  };
  if (closed === undefined) return { state, closed };
  return {
    state: {
      ...state,
      seen: sixDigits(Math.max(seenFades * before.seen, closed.inFlight)),
      failed: outOfMemory ? state.failed : metAt(state.failed, gate),
      brake: released(before.brake),
    },
    closed,
  };
}
