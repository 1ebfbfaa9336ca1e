import { meanService, type EpochFacts, type Observation, type Step, type Strategy } from '#libs/core';
import { stepDown, stepUp, vote, type Votes } from './ballot.ts';
import { cooling, cut, grew, noCooldown, type Cooldown } from './cooldown.ts';
import { decide, waitingReason } from './decide.ts';
import { heardBy, listensToDevice, missingReason, noGpuSeen, observeGpu, type GpuSeen } from './gpu.ts';
import { followAnyway, giveUp, hopelessEpochs } from './late-anyway.ts';
import { followPlateau, newGround, observeGround, ramp, refused, type Ground } from './ground.ts';
import { addJudged, lateShare, tooFewToTell, type Judged } from './lateness.ts';
import { badLevel, goodLevel, highestLevel, type Levels } from './levels.ts';
import { isFull, thatPays } from './paying.ts';
import { newProbe, type Probe } from './saturation-probe.ts';
import { chooseSignal, type Signal } from './signals.ts';
import { cutBy, overloadedShare } from './slow-start.ts';
import { thresholdConfig, type ThresholdConfig } from './threshold-config.ts';
import { thresholdDevice } from './threshold-device.ts';
import { thresholdQueue } from './threshold-queue.ts';

export interface ThresholdState extends Ground {
  readonly gpu: GpuSeen;
  readonly signal: Signal | null;
  readonly votes: Votes;
  readonly cooldown: Cooldown;
  readonly levels: Levels;
  /** Jobs at this gate with one late among too few to tell; null otherwise. */
  readonly undecided: Judged | null;
  readonly probe: Probe;
  /** The limit that the last cut was asked from. */
  readonly cutFrom: number | null;
  /** Epochs in a row that missed although the limit could go no lower. */
  readonly atFloor: number;
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
    undecided: null,
    probe: newProbe,
    cutFrom: null,
    atFloor: 0,
    home: limit,
    idle: 0,
  }),
  step(before, observation, config) {
    const ground = observeGround(before, observation);
    const { seen, view } = observeGpu(before.gpu, observation);
    const signal = chooseSignal(config.signal, ground.state.epoch.deadlines ? 'deadline-misses' : undefined, view);
    const fresh = signal === before.signal ? {} : { signal, votes: {}, cooldown: noCooldown, probe: newProbe };
    const state = ranOutOfMemory({ ...ground.state, gpu: seen, ...fresh }, observation);
    const { closed } = ground;

    if (signal === 'plateau') return followPlateau(state, observation, closed);
    const heard = heardBy(signal, view);
    const blind = listensToDevice(signal) ? missingReason(heard) : undefined;
    if (blind !== undefined) return decide(state, observation.limit, blind, signal);
    if (state.slow.active && (state.epoch.deadlines || heard.length > 0)) {
      const passed = heard.some(({ name, value }) => value > 0.8 * config.marks[`gpu-${name}`].hi);
      return ramp(state, observation, { closed, signal, passed }).step;
    }
    const throttled = signal === 'deadline-misses' ? 0 : refused(state);
    if (throttled > 0) {
      const next = { ...state, cooldown: cut(state.cooldown, observation.t, meanService(state.epoch) ?? 0) };
      return decide(next, cutBy(observation.limit, overloadedShare), 'overloaded', signal, { throttled });
    }
    if (signal === 'queue-depth') return thresholdQueue(state, observation, closed, config);
    if (signal !== 'deadline-misses') return thresholdDevice(state, observation, { closed, heard, signal }, config);
    if (closed === undefined) return decide(state, observation.limit, waitingReason(observation), signal);
    const heardAnyway = { closed, signal, few: config.marks[signal].hi };
    const anyway = state.anyway && followAnyway(state, state.anyway, observation, heardAnyway);
    if (anyway) return anyway;
    const inCharge: ThresholdState = { ...state, anyway: null };
    return thatPays(atClose(inCharge, closed, observation, config), {
      closed,
      observation,
      uncut: { ...inCharge, cutFrom: null },
    });
  },
};

/** The controller cuts at once; here growth waits twice as long as after the last cut. */
function ranOutOfMemory(state: ThresholdState, { jobs, limit, t }: Observation): ThresholdState {
  if (jobs.outOfMemory === 0) return state;
  const cooldown = cut(grew(state.cooldown), t, meanService(state.epoch) ?? 0);
  return { ...state, cooldown, levels: badLevel(state.levels, Math.floor(limit)) };
}

function atClose(
  state: ThresholdState,
  facts: EpochFacts,
  observation: Observation,
  config: ThresholdConfig,
): Step<ThresholdState> {
  const { limit, t, queue } = observation;
  const gate = Math.floor(limit);
  const marks = config.marks['deadline-misses'];
  const judged = addJudged(state.undecided, facts, gate);
  const late = lateShare(facts, judged);
  if (late === undefined) return decide(state, limit, 'no-samples', 'deadline-misses');
  if (tooFewToTell(judged, facts, marks.hi)) {
    return decide({ ...state, undecided: judged }, limit, 'steady', 'deadline-misses', { late, jobs: judged.jobs });
  }
  const asked = vote({ ...state, undecided: null }, { name: 'late', value: late, t, limited: facts.limited }, marks);
  const met = late <= marks.lo;
  const levels = met ? goodLevel(state.levels, gate, t) : late > marks.hi ? badLevel(state.levels, gate) : state.levels;
  const next: ThresholdState = { ...asked.state, levels, cutFrom: null, atFloor: 0 };
  const terms = { late, limited: facts.limited, jobs: judged.jobs };
  const atFloor = late > marks.hi && state.cutFrom === limit ? state.atFloor + 1 : 0;
  if (atFloor >= hopelessEpochs && facts.throttled === 0) {
    return giveUp({ ...next, atFloor: 0 }, observation, { late, signal: 'deadline-misses' });
  }
  if (asked.say === 'cut') {
    const after = { ...next, cooldown: cut(next.cooldown, t, facts.service ?? 0), cutFrom: limit, atFloor };
    const reason = facts.throttled > 0 ? 'overloaded' : 'deadline-misses';
    return decide(after, stepDown(limit, config.step), reason, 'deadline-misses', terms);
  }
  const known = queue !== undefined && queue.waiting > 0 ? Math.min(2 * limit, highestLevel(levels, t)) : 0;
  // A known good level needs no vote: it has had its own.
  if (met && facts.limited >= 0.5 && known > stepUp(limit, config.step) && !cooling(next.cooldown, t)) {
    return decide({ ...next, cooldown: grew(next.cooldown) }, known, 'queue-pressure', 'deadline-misses', terms);
  }
  if (asked.say !== 'grow') return decide(next, limit, asked.say, 'deadline-misses', terms);
  if (isFull(next.rates, facts, limit, stepUp(limit, config.step))) {
    return decide(next, limit, 'steady', 'deadline-misses', { slack: facts.slack ?? 0, ...terms });
  }
  const cooldown = grew(next.cooldown);
  return decide({ ...next, cooldown }, stepUp(limit, config.step), 'headroom', 'deadline-misses', terms);
}
