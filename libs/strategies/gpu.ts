import { microseconds, sixDigits, type Observation, type Reason } from '#libs/core';
import { fullestMemory, meanUtilization, type Told } from './device-levels.ts';
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
  /** ms since the worker's start. */
  readonly takenAt: number;
  /** ms between it and the one before. */
  readonly elapsed: number;
  /** Seen before and not there now: `value` is the last one. */
  readonly stale: boolean;
}

/** What must be remembered to tell a new reading from an old one. */
export interface GpuSeen {
  readonly utilization: Seen | null;
  readonly memory: Seen | null;
}

interface Seen {
  readonly takenAt: number;
  /** Smoothed for utilisation, as read for memory. */
  readonly value: number;
}

export const noGpuSeen: GpuSeen = { utilization: null, memory: null };

/** NVML's utilisation is a share of a short window: smooth it over some of them. */
const utilizationTauMs = 3000;
/** Ages carry six digits, so the time of taking wavers; no source takes readings this often. */
const toleranceMs = 10;

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

/**
 * Adds the period. A reading that will not come (MIG, no support) is forgotten, so that a law on several goes on with the
 * others; one that was seen and is not there is stale.
 */
export function observeGpu(
  seen: GpuSeen,
  observation: Observation,
): { readonly seen: GpuSeen; readonly view: GpuView } {
  const utilization = follow(seen.utilization, meanUtilization(observation), observation.period, utilizationTauMs);
  const memory = follow(seen.memory, fullestMemory(observation), observation.period, 0);
  return {
    seen: { utilization: utilization?.seen ?? null, memory: memory?.seen ?? null },
    view: {
      ...(utilization && { utilization: utilization.value }),
      ...(memory && { memory: memory.value }),
    },
  };
}

interface Followed {
  readonly seen: Seen;
  readonly value: GpuValue;
}

function follow(seen: Seen | null, told: Told, period: number, tauMs: number): Followed | undefined {
  if (told === 'never') return undefined;
  if (told === 'gone') return seen === null ? undefined : unchanged(seen, true);
  const elapsed = seen === null ? period : microseconds(told.takenAt - seen.takenAt);
  if (seen !== null && elapsed <= toleranceMs) return unchanged(seen, false);
  const share = seen === null || tauMs === 0 ? 1 : 1 - Math.exp(-elapsed / tauMs);
  const last = seen?.value ?? told.value;
  const value = sixDigits(last + share * (told.value - last));
  return {
    seen: { takenAt: told.takenAt, value },
    value: { value, fresh: true, takenAt: told.takenAt, elapsed, stale: false },
  };
}

function unchanged(seen: Seen, stale: boolean): Followed {
  return { seen, value: { ...seen, fresh: false, elapsed: 0, stale } };
}
