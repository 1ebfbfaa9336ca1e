import { sixDigits, type EpochFacts, type Observation, type Reason, type Step, type Strategy } from '#libs/core';
import { cooling, cut, grew, noCooldown, voted, type Cooldown } from './cooldown.ts';
import { decide, waitingReason } from './decide.ts';
import { heardBy, noGpuSeen, observeGpu, type GpuSeen } from './gpu.ts';
import { followPlateau, newGround, observeGround, ramp, type Ground } from './ground.ts';
import { addJudged, lateShare } from './lateness.ts';
import { badLevel, goodLevel, highestLevel, type Levels } from './levels.ts';
import { newProbe, type Probe } from './saturation-probe.ts';
import { chooseSignal, type Signal } from './signals.ts';
import { cutBy, overloadedShare } from './slow-start.ts';
import { thresholdConfig, type Marks, type ThresholdConfig } from './threshold-config.ts';
import { thresholdDevice } from './threshold-device.ts';
import { thresholdQueue } from './threshold-queue.ts';

/** Votes in a row, by what was heard. */
export type Votes = Readonly<Record<string, { readonly up: number; readonly down: number }>>;

export interface ThresholdState extends Ground {
  readonly gpu: GpuSeen;
  readonly signal: Signal | null;
  readonly votes: Votes;
  readonly cooldown: Cooldown;
  readonly levels: Levels;
  readonly probe: Probe;
  /** The limit that the last cut was asked from. */
  readonly cutFrom: number | null;
  /** CONCURRENCY_INITIAL, to which the queue's law returns; ms of idleness so far. */
  readonly home: number;
  readonly idle: number;
}

/**
 * Two marks and votes: the signal s beyond HI for K_DOWN votes in a row cuts, below LO for K_UP votes grows:
 *
 *     L ← L − max(1, STEP·L)      L ← L + max(1, STEP·L), when the limit was used      else hold
 *
 * and after a cut no growth for a while (`cooldown.ts`). One vote per epoch (late share), per fresh reading (devices) or
 * per period (queue). The oldest law there is: a thermostat with hysteresis.
 * Fails where one step crosses the band (it flaps, ever slower), and where the signal reads high with a single job
 * (`saturation-probe.ts`).
 */
export const threshold: Strategy<ThresholdConfig, ThresholdState> = {
  name: 'threshold',
  summary: 'Grows below a low mark, cuts above a high one: deadlines missed, GPU readings, or queue depth.',
  config: thresholdConfig,
  initialState: (_config, limit) => ({
    ...newGround(limit),
    gpu: noGpuSeen,
    signal: null,
    votes: {},
    cooldown: noCooldown,
    levels: [],
    probe: newProbe,
    cutFrom: null,
    home: limit,
    idle: 0,
  }),
  step(before, observation, config) {
    const ground = observeGround(before, observation);
    const { seen, view } = observeGpu(before.gpu, observation);
    const signal = chooseSignal(config.signal, ground.state.epoch.deadlines ? 'deadline-misses' : undefined, view);
    const fresh = signal === before.signal ? {} : { signal, votes: {}, cooldown: noCooldown, probe: newProbe };
    const state: ThresholdState = { ...ground.state, gpu: seen, ...fresh };
    const { closed } = ground;

    if (signal === 'plateau') return followPlateau(state, observation, closed);
    // The ramp would run to the maximum where only the queue is heard and no deadline tells it to stop.
    if (signal === 'queue-depth') return thresholdQueue(state, observation, closed, config);
    const levels = heardBy(signal, view);
    if (state.slow.active && (state.epoch.deadlines || levels.length > 0)) {
      const passed = levels.some(({ name, value }) => value > 0.8 * config.marks[`gpu-${name}`].hi);
      return ramp(state, observation, { closed, signal, passed }).step;
    }
    if (closed !== undefined && closed.throttled > 0) {
      const next = { ...state, cooldown: cut(state.cooldown, observation.t, closed.service ?? 0) };
      return decide(next, cutBy(observation.limit, overloadedShare), 'overloaded', signal, {
        throttled: closed.throttled,
      });
    }
    if (signal !== 'deadline-misses') return thresholdDevice(state, observation, { closed, levels, signal }, config);
    if (closed === undefined) return decide(state, observation.limit, waitingReason(observation), signal);
    return atClose(state, closed, observation, config);
  },
};

function atClose(
  state: ThresholdState,
  facts: EpochFacts,
  observation: Observation,
  config: ThresholdConfig,
): Step<ThresholdState> {
  const { limit, t, queue } = observation;
  const gate = Math.floor(limit);
  const marks = config.marks['deadline-misses'];
  const late = lateShare(facts, addJudged(null, facts, gate));
  if (late === undefined) return decide(state, limit, 'no-samples', 'deadline-misses');
  const asked = vote(state, { name: 'late', value: late, t, limited: facts.limited }, marks);
  const met = late <= marks.lo;
  const levels = met ? goodLevel(state.levels, gate, t) : late > marks.hi ? badLevel(state.levels, gate) : state.levels;
  const next: ThresholdState = { ...asked.state, levels };
  const terms = { late, limited: facts.limited, jobs: facts.jobs };
  if (asked.say === 'cut') {
    const cooldown = cut(next.cooldown, t, facts.service ?? 0);
    return decide({ ...next, cooldown }, stepDown(limit, config.step), 'deadline-misses', 'deadline-misses', terms);
  }
  const known = queue !== undefined && queue.waiting > 0 ? Math.min(2 * limit, highestLevel(levels, t)) : 0;
  // A known good level needs no vote: it has had its own.
  if (met && facts.limited >= 0.5 && known > stepUp(limit, config.step) && !cooling(next.cooldown, t)) {
    return decide({ ...next, cooldown: grew(next.cooldown) }, known, 'queue-pressure', 'deadline-misses', terms);
  }
  if (asked.say !== 'grow') return decide(next, limit, asked.say, 'deadline-misses', terms);
  const cooldown = grew(next.cooldown);
  return decide({ ...next, cooldown }, stepUp(limit, config.step), 'headroom', 'deadline-misses', terms);
}

export function stepUp(limit: number, step: number): number {
  return sixDigits(limit + Math.max(1, step * limit));
}

export function stepDown(limit: number, step: number): number {
  return sixDigits(Math.max(0, limit - Math.max(1, step * limit)));
}

export interface Ballot {
  readonly name: string;
  readonly value: number;
  readonly t: number;
  readonly limited: number;
}

/** Counts one vote: what it says, and why when it says to hold. */
export function vote(
  state: ThresholdState,
  { name, value, t, limited }: Ballot,
  { lo, hi, kUp, kDown }: Marks,
): {
  readonly state: ThresholdState;
  readonly say: 'grow' | 'cut' | Extract<Reason, 'cooldown' | 'not-limited' | 'steady'>;
} {
  const last = state.votes[name] ?? { up: 0, down: 0 };
  const up = value < lo || value === 0 ? last.up + 1 : 0;
  const down = value > hi ? last.down + 1 : 0;
  const cooldown = voted(state.cooldown);
  const counted = (tally: { up: number; down: number }): ThresholdState => ({
    ...state,
    cooldown,
    votes: { ...state.votes, [name]: tally },
  });
  if (down >= kDown) return { state: counted({ up: 0, down: 0 }), say: 'cut' };
  if (up < kUp) return { state: counted({ up, down }), say: 'steady' };
  // The votes stay counted, so that growth follows at once when the limit is used, or the cooldown over.
  if (cooling(cooldown, t)) return { state: counted({ up, down }), say: 'cooldown' };
  if (limited < 0.5) return { state: counted({ up, down }), say: 'not-limited' };
  return { state: counted({ up: 0, down: 0 }), say: 'grow' };
}
