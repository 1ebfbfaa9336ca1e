import { meanService, type Observation, type Strategy } from '#libs/core';
import type { Votes } from './ballot.ts';
import { cut, grew, noCooldown, type Cooldown } from './cooldown.ts';
import { decide, waitingReason } from './decide.ts';
import { rampOn, type DeviceGround } from './device-ramp.ts';
import { heardBy, listensToDevice, missingReason, noGpuSeen, observeGpu, type GpuSeen } from './gpu.ts';
import { followPlateau, newGround, observeGround, refused } from './ground.ts';
import type { Judged } from './lateness.ts';
import { badLevel, type Levels } from './levels.ts';
import { newProbe, type Probe } from './saturation-probe.ts';
import { chooseSignal, type Signal } from './signals.ts';
import { cutBy, overloadedShare } from './slow-start.ts';
import { thresholdConfig, type ThresholdConfig } from './threshold-config.ts';
import { thresholdDeadlines } from './threshold-deadlines.ts';
import { thresholdDevice } from './threshold-device.ts';
import { thresholdQueue } from './threshold-queue.ts';

export interface ThresholdState extends DeviceGround {
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
      const marked = heard.map((level) => ({ ...level, mark: config.marks[`gpu-${level.name}`].hi }));
      return rampOn(state, observation, marked, { closed, signal });
    }
    const throttled = signal === 'deadline-misses' ? 0 : refused(state);
    if (throttled > 0) {
      const next = { ...state, cooldown: cut(state.cooldown, observation.t, meanService(state.epoch) ?? 0) };
      return decide(next, cutBy(observation.limit, overloadedShare), 'overloaded', signal, { throttled });
    }
    if (signal === 'queue-depth') return thresholdQueue(state, observation, closed, config);
    if (signal !== 'deadline-misses') return thresholdDevice(state, observation, { closed, heard, signal }, config);
    if (closed === undefined) return decide(state, observation.limit, waitingReason(observation), signal);
    return thresholdDeadlines(state, observation, closed, config);
  },
};

/** The controller cuts at once; here growth waits twice as long as after the last cut. */
function ranOutOfMemory(state: ThresholdState, { jobs, limit, t }: Observation): ThresholdState {
  if (jobs.outOfMemory === 0) return state;
  const cooldown = cut(grew(state.cooldown), t, meanService(state.epoch) ?? 0);
  return { ...state, cooldown, levels: badLevel(state.levels, Math.floor(limit)) };
}
