import type { ReadingName, WhyMissing } from '#libs/core';

/** What a device's instruments do not tell. Times in ms on the plant's clock. */
export interface Instruments {
  readonly silence?: Silence;
  /** From here on the device does not answer, while the driver does. */
  readonly lostAt?: number;
  /** Readings that this device does not have. */
  readonly unsupported?: readonly ReadingName[];
  /** The plant is one slice of the device. */
  readonly mig?: MigSlice;
}

/** No answer at all for `lasts` from `from` on, and again each `every`; once when that is absent. */
export interface Silence {
  readonly from: number;
  readonly lasts: number;
  readonly every?: number;
}

export interface MigSlice {
  /** GPU instance id. */
  readonly instance: string;
  readonly computeInstance: string;
  readonly uuid: string;
  readonly profile: string;
  /** Of the whole device, bytes; the plant's capacity is the slice's. */
  readonly deviceMemory: number;
  /** Of the device's compute, 0..1. */
  readonly computeShare: number;
}

export function isSilent({ silence }: Instruments, t: number): boolean {
  if (silence === undefined || t < silence.from) return false;
  return (t - silence.from) % (silence.every ?? Infinity) < silence.lasts;
}

/** Why this reading never comes at `t`; undefined for one that does. */
export function whyWithheld(instruments: Instruments, name: ReadingName, t: number): WhyMissing | undefined {
  if (isLost(instruments, t)) return 'lost';
  if (instruments.unsupported?.includes(name)) return 'not-supported';
  return instruments.mig !== undefined && notOfSlices.has(name) ? 'mig' : undefined;
}

export function isLost({ lostAt = Infinity }: Instruments, t: number): boolean {
  return t >= lostAt;
}

/** Drivers count these for whole devices only. */
const notOfSlices: ReadonlySet<ReadingName> = new Set<ReadingName>([
  'gpu.utilization',
  'gpu.memory.bandwidth',
  'gpu.engine.graphics',
  'gpu.engine.sm',
  'gpu.engine.tensor',
  'gpu.engine.dram',
]);
