import { sixDigits, type EpochFacts, type Observation, type Step, type Strategy } from '#libs/core';
import { z } from 'zod';
import { decide, waitingReason } from './decide.ts';
import { rampOn, type DeviceGround } from './device-ramp.ts';
import { heardBy, listensToDevice, missingReason, noGpuSeen, observeGpu, type GpuSeen } from './gpu.ts';
import { followAnyway, giveUp, hopelessEpochs } from './late-anyway.ts';
import { followPlateau, newGround, observeGround, refused } from './ground.ts';
import { pidDevice } from './pid-device.ts';
import { pidQueueWait } from './pid-queue-wait.ts';
import { thatPays } from './paying.ts';
import { newProbe, type Probe } from './saturation-probe.ts';
import { chooseSignal, type Signal } from './signals.ts';
import { cutBy, overloadedShare } from './slow-start.ts';
import { stepVelocity, type Velocity } from './velocity.ts';

const config = z
  .strictObject({
    signal: z.enum(['auto', 'slack', 'gpu-utilization', 'gpu-memory', 'queue-wait']).default('auto'),
    /** Where the signal should be; 0.85, for queue-wait 0.25. */
    setpoint: z.number().positive().max(1).optional(),
    kp: z.number().positive().max(10).default(0.5),
    /** Integral time in seconds; 4 mean service times for slack, 10 s for the others. */
    ti: z.number().positive().optional(),
    /** Derivative time in seconds. */
    td: z.number().min(0).default(0),
  })
  .transform(({ setpoint, ...rest }) => ({
    ...rest,
    setpoint: setpoint ?? (rest.signal === 'queue-wait' ? 0.25 : 0.85),
  }));

export type PidConfig = z.infer<typeof config>;

export interface PidState extends DeviceGround {
  readonly gpu: GpuSeen;
  readonly signal: Signal | null;
  /** Controllers by what they follow; two where utilisation and memory are both heard. */
  readonly velocities: Readonly<Record<string, Velocity>>;
  readonly probe: Probe;
  /** The limit that the last cut was asked from. */
  readonly cutFrom: number | null;
  /** ⌊limit⌋ at which a cut was asked for and not made: it goes no lower. */
  readonly bottom: number | null;
  /** Epochs at the bottom beyond the set point, less those below it. */
  readonly atFloor: number;
  /** Last deadline seen, ms. */
  readonly deadline: number | null;
}

/**
 * A PID controller on u = ln L (`velocity.ts`) towards a set point of one signal y: q_0.9 of service over deadline, once
 * per epoch, or a device reading, once per fresh one. Where y is above the set point even at the lowest limit it gives way
 * (`late-anyway.ts`). Source: the velocity form of any textbook; tuning by SIMC (Skogestad 2003).
 *
 * Fails where the signal saturates early (`saturation-probe.ts`) and where utilisation is taken for a goal: it is none.
 * FIFO overload, where deadlines run from arrival, is its weakest place.
 */
export const pid: Strategy<PidConfig, PidState> = {
  name: 'pid',
  summary: 'Steers service time to a share of its deadline, or a device reading to a set point.',
  config,
  initialState: (_config, limit) => ({
    ...newGround(limit),
    gpu: noGpuSeen,
    signal: null,
    velocities: {},
    probe: newProbe,
    cutFrom: null,
    bottom: null,
    atFloor: 0,
    deadline: null,
  }),
  step(before, observation, config) {
    const ground = observeGround(before, observation);
    const { seen, view } = observeGpu(before.gpu, observation);
    const signal = chooseSignal(config.signal, ground.state.epoch.deadlines ? 'slack' : undefined, view);
    const fresh = signal === before.signal ? {} : { signal, velocities: {}, probe: newProbe };
    const state: PidState = { ...ground.state, gpu: seen, ...fresh };
    const { closed } = ground;

    if (signal === 'plateau') return followPlateau(state, observation, closed);
    const heard = heardBy(signal, view);
    const blind = listensToDevice(signal) ? missingReason(heard) : undefined;
    if (blind !== undefined) return decide(state, observation.limit, blind, signal);
    if (state.slow.active && (state.epoch.deadlines || heard.length > 0)) {
      const marked = heard.map((level) => ({ ...level, mark: config.setpoint }));
      return rampOn(state, observation, marked, { closed, signal });
    }
    const throttled = signal === 'slack' ? (closed?.throttled ?? 0) : refused(state);
    if (throttled > 0) {
      return decide(state, cutBy(observation.limit, overloadedShare), 'overloaded', signal, { throttled });
    }
    if (signal === 'slack') {
      if (closed === undefined) return decide(state, observation.limit, waitingReason(observation), 'slack');
      const anyway = state.anyway && followAnyway(state, state.anyway, observation, { closed, signal, few: 0 });
      if (anyway) return anyway;
      const step = pidSlack({ ...state, anyway: null }, observation, closed, config);
      return thatPays(step, { closed, observation, uncut: { ...step.state, cutFrom: null } });
    }
    if (signal === 'queue-wait') return pidQueueWait(state, observation, closed, config);
    return pidDevice(state, observation, { closed, heard, signal }, config);
  },
};

/** Late share at which a limit is cut as `aimd` does. */
const manyLate = 0.2;

function pidSlack(state: PidState, observation: Observation, closed: EpochFacts, config: PidConfig): Step<PidState> {
  const { limit } = observation;
  const { slack, late = 0, service = 0, elapsed, limited } = closed;
  if (slack === undefined) return decide(state, limit, 'no-samples', 'slack');

  const error = config.setpoint - slack;
  const gains = { kp: config.kp, ti: config.ti === undefined ? 4 * service : 1000 * config.ti, td: 1000 * config.td };
  const { velocity, change, p, i, d } = stepVelocity(state.velocities['slack'] ?? null, {
    y: slack,
    error,
    elapsed,
    gains,
  });
  const terms = { slack, error: sixDigits(error), p: sixDigits(p), i: sixDigits(i), d: sixDigits(d), limited };
  const gate = Math.floor(limit);
  const bottom = state.cutFrom === limit ? gate : state.bottom;
  const atFloor = gate !== bottom ? 0 : Math.max(0, state.atFloor + (error < 0 ? 1 : -1));
  const next: PidState = { ...state, velocities: { slack: velocity }, cutFrom: null, bottom, atFloor };
  if (atFloor >= hopelessEpochs) return giveUp({ ...next, atFloor: 0 }, observation, { late, signal: 'slack' });
  if (change > 0 && limited < 0.5) return decide(next, limit, 'not-limited', 'slack', terms);
  // With many late the integral would take too long.
  const cut = late > manyLate ? cutBy(limit, late) : Infinity;
  const wanted = Math.min(cut, sixDigits(limit * Math.exp(change)));
  if (wanted > limit) return decide(next, wanted, 'headroom', 'slack', terms);
  if (wanted === limit) return decide(next, limit, 'steady', 'slack', terms);
  return decide({ ...next, cutFrom: limit }, wanted, 'latency-high', 'slack', terms);
}
