import {
  meanService,
  sixDigits,
  type EpochFacts,
  type Observation,
  type Reason,
  type Step,
  type Strategy,
} from '#libs/core';
import { aimd, aimdDefaults } from './aimd.ts';
import { decide, waitingReason } from './decide.ts';
import { brakeAt, surprises } from './goodput-brake.ts';
import { goodputConfig, type GoodputConfig } from './goodput-config.ts';
import { endedRamp, newRamp, stepRamp } from './goodput-ramp.ts';
import { isPressed } from './goodput-pressure.ts';
import { probeOf } from './goodput-probe.ts';
import { shapeOf, shifted, shiftIn } from './goodput-shift.ts';
import { newGoodputState, observeGoodput, type GoodputState } from './goodput-state.ts';
import { expectedLate } from './goodput-target.ts';
import { beyondSeen, viewOf, type View } from './goodput-view.ts';
import { cutBy, endedSlowStart, overloadedShare } from './slow-start.ts';

/**
 * Fits how service time grows with the number of jobs at once (the Universal Scalability Law, `goodput-fit.ts`) to the
 * jobs of the last minutes, predicts on-time jobs per second for every limit (`goodput-goal.ts`), corrects it by what was
 * counted at the levels visited (`goodput-levels.ts`) and goes to the lowest limit that promises 99 % of the most:
 *
 *     Ĝ(n) = n/ŷ(n) · P̂[ s·ŷ(n)/ŷ(nᵢ) ≤ 1 ],   L ← least n ≤ 2·n_seen with Ĝ(n) ≥ 0.99·max Ĝ
 *
 * once per epoch; every 6th epoch it looks a little above or below (`goodput-probe.ts`). It notices a plant that slows
 * down or speeds up (`goodput-shift.ts`), brakes where more jobs are late than it expected (`goodput-brake.ts`), and goes
 * for throughput while jobs wait for a good part of their deadlines (`goodput-pressure.ts`). `aimd` decides while there
 * is too little to fit, or the fit tells nothing, and where jobs have neither a deadline nor a size.
 * Fails on steep curves whose best limit is 4 or less: there are too few levels to fit a shape to.
 */
export const goodput: Strategy<GoodputConfig, GoodputState> = {
  name: 'goodput',
  summary: 'Learns how service time grows with the limit, and goes where most jobs are on time.',
  config: goodputConfig,
  initialState: (_config, limit) => newGoodputState(limit),
  step(before, observation, config) {
    const { state, closed } = observeGoodput(before, observation);
    if (state.ramp.active && state.aimd.epoch.deadlines) return ramp(state, observation, config);
    if (closed !== undefined) {
      const view = viewOf(state, observation, config);
      if (view === undefined) return followAimd(before, state, observation);
      return atClose({ ...state, inCharge: true }, { observation, closed, view, config });
    }
    if (!before.inCharge) return followAimd(before, state, observation);
    return early(state, observation, config) ?? hold(state, observation);
  },
};

/** `aimd` as if alone; this law goes on gathering. */
function followAimd(before: GoodputState, state: GoodputState, observation: Observation): Step<GoodputState> {
  const { state: after, decision } = aimd.step(before.aimd, observation, aimdDefaults);
  const gathering = decision.reason === 'epoch-open' && state.samples.length > 0;
  return {
    state: { ...state, aimd: after, inCharge: false },
    decision: {
      limit: decision.limit,
      reason: gathering ? 'warming-up' : decision.reason,
      terms: { ...decision.terms, fallback: 1 },
    },
  };
}

function hold(state: GoodputState, observation: Observation): Step<GoodputState> {
  return decide(state, observation.limit, waitingReason(observation), 'deadline-misses');
}

/** Jobs whose n bounds what a limit can be told from while no epoch has closed. */
const rampJobs = 30;

/** Slow start goes on until the model says that it is enough. */
function ramp(state: GoodputState, observation: Observation, config: GoodputConfig): Step<GoodputState> {
  const { limit, jobs } = observation;
  const over: GoodputState = { ...state, ramp: endedRamp, aimd: { ...state.aimd, slow: endedSlowStart }, unread: 0 };
  if (jobs.throttled > 0) {
    const terms = { throttled: jobs.throttled };
    return decide(over, cutBy(limit, overloadedShare), 'overloaded', 'deadline-misses', terms);
  }
  const { ramp, say, limit: grown, late } = stepRamp(state.ramp, observation, isPressed(state.waited));
  const seen = Math.max(state.seen, ...state.samples.slice(-rampJobs).map(([, n]) => n));
  const view = say === 'wait' ? undefined : viewOf({ ...state, seen }, observation, config);
  if (view !== undefined && (say === 'over' || view.target < Math.min(grown, Math.floor(beyondSeen * seen)))) {
    return go({ ...over, inCharge: true }, view, { limit, wanted: Math.min(view.target, Math.max(limit, grown)) });
  }
  if (jobs.outOfMemory > 0) return decide(over, limit, 'steady', 'deadline-misses');
  if (say === 'over')
    return decide({ ...state, ramp: newRamp }, cutBy(limit, late), 'deadline-misses', 'deadline-misses', { late });
  return decide(
    { ...state, ramp },
    grown,
    say === 'grow' ? 'slow-start' : waitingReason(observation),
    'deadline-misses',
  );
}

/** Jobs that are worth a look, and as a share of those in flight. */
const enoughUnread = 5;
const unreadShare = 0.5;
const muchLower = 0.75;

/**
 * Between two closes only down: an epoch of a limit that is far too high lasts very long. Jobs that finish early make a
 * limit look too good, never too bad.
 */
function early(state: GoodputState, observation: Observation, config: GoodputConfig): Step<GoodputState> | undefined {
  const { epoch } = state.aimd;
  const { limit } = observation;
  if (epoch.elapsed < (meanService(epoch) ?? Infinity)) return undefined;
  if (state.unread < Math.max(enoughUnread, unreadShare * observation.inFlight.mean)) return undefined;
  const read = { ...state, unread: 0 };
  const view = viewOf(read, observation, config);
  if (view === undefined || view.target > muchLower * limit) return hold(read, observation);
  return go(read, view, { limit, wanted: view.target });
}

interface Closed {
  readonly observation: Observation;
  readonly closed: EpochFacts;
  readonly view: View;
  readonly config: GoodputConfig;
}

const brakeTo = 0.8;

function atClose(state: GoodputState, { observation, closed, view, config }: Closed): Step<GoodputState> {
  const { limit } = observation;
  const used = closed.limited >= 0.5;
  if (closed.throttled > 0) {
    const terms = { throttled: closed.throttled };
    return decide(state, cutBy(limit, overloadedShare), 'overloaded', 'deadline-misses', terms);
  }

  const shift = shiftIn(view.model.residuals, limit);
  if (shift !== undefined) {
    const after: GoodputState = {
      ...state,
      samples: shifted(state.samples, shift),
      since: state.samples.at(-shift.newest)?.[0] ?? 0,
      shape: shapeOf(view.model.fit),
      visits: [],
      brake: null,
    };
    const anew = viewOf(after, observation, config) ?? view;
    // A plant that became slower is no reason for more.
    const most = used && shift.change < 0 ? Infinity : limit;
    return go(after, anew, { limit, wanted: Math.min(most, anew.target), shift: shift.change });
  }

  const expected = expectedLate(view.goal, limit);
  if (limit > 1 && !isPressed(state.waited) && surprises(closed, expected, config.brake)) {
    const wanted = Math.max(1, sixDigits(brakeTo * limit));
    const terms = { ...view.terms, late: closed.late ?? 0, expected };
    const after = { ...state, brake: brakeAt(Math.floor(wanted)), unread: 0 };
    return decide(after, wanted, 'slo-brake', 'deadline-misses', terms);
  }

  if (!used && view.target >= limit) {
    const terms = { ...view.terms, limited: closed.limited };
    return decide({ ...state, unread: 0 }, limit, 'not-limited', 'deadline-misses', terms);
  }
  const counted = { ...state, sinceProbe: state.sinceProbe + 1 };
  const probe = used ? probeOf(counted, view, config) : undefined;
  if (probe === undefined) return go(counted, view, { limit, wanted: view.target });
  const after = { ...state, sinceProbe: 0, probeUp: !state.probeUp, unread: 0 };
  return decide(after, probe, probe > limit ? 'probe-up' : 'probe-down', 'deadline-misses', view.terms);
}

function go(
  state: GoodputState,
  { terms }: View,
  { limit, wanted, shift }: { readonly limit: number; readonly wanted: number; readonly shift?: number },
): Step<GoodputState> {
  const bounded = sixDigits(Math.min(Math.max(limit + 1, 2 * limit), Math.max(0.5 * limit, wanted)));
  const reason: Reason = bounded > limit ? 'goodput-up' : bounded < limit ? 'goodput-down' : 'steady';
  const told = shift === undefined ? terms : { ...terms, shift: sixDigits(shift) };
  return decide({ ...state, unread: 0 }, bounded, reason, 'deadline-misses', told);
}
