import { microseconds, sixDigits, type Observation, type Reading, type Reason } from '#libs/core';
import type { Signal } from './signals.ts';

/** What the devices say now. `utilization`: mean of the devices; `memory`: used/total of the fullest one. */
export interface GpuView {
  readonly utilization?: GpuValue;
  readonly memory?: GpuValue;
}

export interface GpuValue {
  readonly value: number;
  /** A reading not seen before; the same one again is no second vote. */
  readonly fresh: boolean;
  /** ms since the last fresh one. */
  readonly elapsed: number;
  readonly stale: boolean;
}

/** What must be remembered to tell a new reading from an old one. */
export interface GpuSeen {
  readonly utilization: Seen | null;
  readonly memory: Seen | null;
}

interface Seen {
  readonly takenAt: number;
  /** Time between the last two, which is how old a reading may be. */
  readonly interval: number;
  /** Smoothed for utilisation, as read for memory. */
  readonly value: number;
}

export const noGpuSeen: GpuSeen = { utilization: null, memory: null };

/** NVML's utilisation is a share of a short window: smooth it over some of them. */
const utilizationTauMs = 3000;
const staleIntervals = 3;

export interface NamedLevel extends GpuValue {
  readonly name: 'utilization' | 'memory';
}

export function listensToDevice(signal: Signal): boolean {
  return signal === 'gpu' || signal === 'gpu-utilization' || signal === 'gpu-memory';
}

/** The readings that a signal listens to. */
export function heardBy(signal: Signal, { utilization, memory }: GpuView): readonly NamedLevel[] {
  const both = signal === 'gpu';
  return [
    ...(utilization && (both || signal === 'gpu-utilization')
      ? [{ name: 'utilization' as const, ...utilization }]
      : []),
    ...(memory && (both || signal === 'gpu-memory') ? [{ name: 'memory' as const, ...memory }] : []),
  ];
}

/** Why a law that needs these readings must hold; undefined when it need not. One that went stale holds them all. */
export function missingReason(levels: readonly NamedLevel[]): Reason | undefined {
  if (levels.length === 0) return 'signal-missing';
  return levels.some(({ stale }) => stale) ? 'signal-stale' : undefined;
}

export function observeGpu(
  seen: GpuSeen,
  observation: Observation,
): { readonly seen: GpuSeen; readonly view: GpuView } {
  const utilization = follow(seen.utilization, meanUtilization(observation.readings), observation, utilizationTauMs);
  const memory = follow(seen.memory, fullestMemory(observation.readings), observation, 0);
  return {
    seen: { utilization: utilization?.seen ?? null, memory: memory?.seen ?? null },
    view: {
      ...(utilization && { utilization: utilization.value }),
      ...(memory && { memory: memory.value }),
    },
  };
}

interface Level {
  readonly value: number;
  readonly age: number;
}

function follow(
  seen: Seen | null,
  level: Level | undefined,
  { t, period }: Observation,
  tauMs: number,
): { readonly seen: Seen; readonly value: GpuValue } | undefined {
  if (level === undefined) {
    if (seen === null) return undefined;
    return {
      seen,
      value: { value: seen.value, fresh: false, elapsed: t - seen.takenAt, stale: isStale(seen, t, period) },
    };
  }
  const takenAt = microseconds(t - level.age);
  // An age that grew by about a period is the same reading.
  const fresh = seen === null || takenAt - seen.takenAt > period / 4;
  if (!fresh) {
    return { seen, value: { value: seen.value, fresh, elapsed: t - seen.takenAt, stale: isStale(seen, t, period) } };
  }
  const elapsed = seen === null ? period : takenAt - seen.takenAt;
  const share = seen === null || tauMs === 0 ? 1 : 1 - Math.exp(-elapsed / tauMs);
  const value = sixDigits(seen === null ? level.value : seen.value + share * (level.value - seen.value));
  const next: Seen = { takenAt, interval: seen === null ? period : microseconds(elapsed), value };
  return { seen: next, value: { value, fresh, elapsed, stale: isStale(next, t, period) } };
}

function isStale(seen: Seen, t: number, period: number): boolean {
  return t - seen.takenAt > staleIntervals * Math.max(seen.interval, period);
}

function meanUtilization(readings: readonly Reading[]): Level | undefined {
  const found = readings.filter(({ name }) => name === 'gpu.utilization');
  if (found.length === 0) return undefined;
  return {
    value: found.reduce((sum, { value }) => sum + value, 0) / found.length,
    age: Math.max(...found.map(({ age }) => age)),
  };
}

function fullestMemory(readings: readonly Reading[]): Level | undefined {
  const totals = readings.filter(({ name, value }) => name === 'gpu.memory.total' && value > 0);
  const shares = totals.flatMap((total) => {
    const used = readings.find(({ name, gpu }) => name === 'gpu.memory.used' && gpu === total.gpu);
    return used === undefined ? [] : [{ value: used.value / total.value, age: used.age }];
  });
  return shares.toSorted((a, b) => b.value - a.value)[0];
}
