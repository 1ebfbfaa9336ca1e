import { clockLimitReasons, type ReadingName } from '#libs/core';
import { peak, slowdown, type Curve } from './curves.ts';

/** How hard the device worked during a sample. */
export interface Work {
  /** When the sample was taken, ms. */
  readonly at: number;
  /** Jobs at a time, mean. */
  readonly inFlight: number;
  /** 0..1 */
  readonly utilization: number;
  /** Of the most jobs per second that the device can do, 0..1. */
  readonly throughput: number;
  /** The part of the device that is ours, 0..1. */
  readonly share: number;
}

/** What counts up or lags behind. Plain numbers: ms, W, J, °C. */
export interface PanelState {
  readonly at: number;
  readonly power: number;
  readonly energy: number;
  readonly core: number;
  readonly memory: number;
  readonly cappedFor: number;
}

/**
 * Everything about a large device that is only shown and never acted on. Invented, yet physical: power rises steeply with
 * the first job and little with more (as measured on H100: +8 % while throughput rose ×15.8), temperatures follow it with
 * a lag, clocks give way near the power limit.
 */
export function stepPanel(before: PanelState, work: Work): PanelState {
  const elapsed = work.at - before.at;
  if (elapsed <= 0) return before;
  const power = watts.idle + work.share * work.utilization * (watts.busy + watts.packed * work.throughput);
  return {
    at: work.at,
    power,
    energy: before.energy + (power * elapsed) / 1000,
    core: towards(before.core, coreAt(power), elapsed / coreLag),
    memory: towards(before.memory, memoryAt(power), elapsed / memoryLag),
    cappedFor: before.cappedFor + (power > cappedAbove ? elapsed : 0),
  };
}

const watts = { idle: 90, busy: 520, packed: 80, limit: 700 };
const cappedAbove = 0.95 * watts.limit;
const [coreLag, memoryLag] = [20_000, 30_000];

/** Where temperatures come to rest at this power. */
function coreAt(power: number): number {
  return 30 + 0.055 * power;
}

function memoryAt(power: number): number {
  return 32 + 0.07 * power;
}

function towards(from: number, to: number, lags: number): number {
  return to + (from - to) * Math.exp(-lags);
}

export const coldPanel: PanelState = {
  at: 0,
  power: watts.idle,
  energy: 0,
  core: coreAt(watts.idle),
  memory: memoryAt(watts.idle),
  cappedFor: 0,
};

/** The readings that follow, in the units of their names. */
export function readPanel(
  state: PanelState,
  { inFlight, utilization, throughput }: Work,
): readonly (readonly [ReadingName, number])[] {
  const bandwidth = utilization * (0.15 + 0.6 * throughput);
  const sm = utilization * (0.2 + 0.7 * throughput);
  return [
    ['gpu.memory.bandwidth', bandwidth],
    ['gpu.power', state.power],
    ['gpu.power.limit', watts.limit],
    ['gpu.energy', state.energy],
    ['gpu.temperature.core', Math.round(state.core)],
    ['gpu.temperature.memory', Math.round(state.memory)],
    ['gpu.clock.sm', 1e6 * (inFlight === 0 ? 345 : smMegahertz(state.power))],
    ['gpu.clock.memory', 2619e6],
    ['gpu.clock.limit.reasons', limitReasons(state.power, inFlight)],
    ['gpu.clock.limit.time.sw-power-cap', state.cappedFor / 1000],
    ['gpu.clock.limit.time.sync-boost', 0],
    ['gpu.clock.limit.time.sw-thermal-slowdown', 0],
    ['gpu.clock.limit.time.hw-thermal-slowdown', 0],
    ['gpu.clock.limit.time.hw-power-brake', 0],
    ['gpu.ecc.corrected', 0],
    ['gpu.ecc.uncorrected', 0],
    ['gpu.engine.graphics', utilization],
    ['gpu.engine.sm', sm],
    ['gpu.engine.tensor', 0.6 * sm],
    ['gpu.engine.dram', bandwidth],
  ];
}

function limitReasons(power: number, inFlight: number): number {
  if (inFlight === 0) return clockLimitReasons['gpu-idle'];
  return power > cappedAbove ? clockLimitReasons['sw-power-cap'] : 0;
}

/** Full speed below the cap, a sixth less at the limit; clocks move in steps of 15 MHz. */
function smMegahertz(power: number): number {
  const over = Math.max(0, power - cappedAbove) / (watts.limit - cappedAbove);
  return 15 * Math.round((1980 * (1 - over / 6)) / 15);
}

/** Jobs per second of n at a time, over the most the curve can give. */
export function throughputShare(curve: Curve, n: number): number {
  const rate = (jobs: number): number => (jobs <= 1 ? jobs : jobs / slowdown(curve, jobs));
  const best = peak(curve);
  return rate(n) / (best === Infinity ? 1 / curve.sigma : rate(Math.max(1, best)));
}
