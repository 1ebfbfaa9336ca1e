import type { ReadingName, Unit } from './reading-names.ts';

/** One telemetry value as a period saw it. It is fresh: what has gone stale is among the missing. Missing is never 0. */
export interface Reading {
  /** `gpu.utilization`, `gpu.memory.used`, `host.cpu`, … (`reading-names.ts`). */
  readonly name: string;
  /** Device UUID; absent for host and model server. */
  readonly gpu?: string;
  /** GPU instance id on a device cut up by MIG. */
  readonly instance?: string;
  /** In the unit; shares are 0..1. */
  readonly value: number;
  readonly unit: Unit;
  readonly source: string;
  /** Age in ms when it was observed. The same reading observed again is older by one period. */
  readonly age: number;
}

/** Why a reading is absent, in words. Up to `not-exported` a device or source says so; the others are said by us. */
export const whyWords = {
  'not-supported': 'this device does not report it',
  'no-permission': 'this user may not read it',
  deprecated: 'this driver does not report it any more',
  mig: 'not reported while MIG is on',
  lost: 'the device is lost',
  'not-exported': 'the source does not export it',
  'warming-up': 'not known yet',
  stale: 'the last value is too old',
  rejected: 'the number told cannot be',
  shared: 'others use the device too',
  failed: 'it could not be read',
} as const;
export type WhyMissing = keyof typeof whyWords;
export const whysMissing = Object.keys(whyWords) as readonly WhyMissing[];

/** A wanted reading that is absent, and why. */
export interface MissingReading {
  readonly name: string;
  readonly gpu?: string;
  readonly instance?: string;
  readonly why: WhyMissing;
}

export const sourceKinds = ['nvml', 'nvidia-smi', 'dcgm', 'model-server', 'host', 'simulated'] as const;
export type SourceKind = (typeof sourceKinds)[number];

/** A value as a source gives it: the unit follows from the name. */
export interface SampledReading {
  readonly name: ReadingName;
  readonly gpu?: string;
  readonly instance?: string;
  readonly value: number;
}

export interface SampledMissing extends MissingReading {
  readonly name: ReadingName;
}

/** A device's identity, as far as the source knows it. */
export interface Device {
  /** UUID, as in `GPU-…`. */
  readonly gpu: string;
  readonly index?: number;
  readonly model?: string;
  readonly driver?: string;
  readonly pciBusId?: string;
  readonly mig?: 'on' | 'off';
  /** One per MIG device (a compute instance of a GPU instance). */
  readonly instances?: readonly MigDevice[];
  /** It was there and does not answer any more. */
  readonly lost?: true;
}

export interface MigDevice {
  /** GPU instance id: memory is per GPU instance. */
  readonly instance: string;
  readonly computeInstance?: string;
  /** `MIG-…` */
  readonly uuid?: string;
  /** `1g.5gb` */
  readonly profile?: string;
}

/** A reading older than so many intervals of its source is stale. */
export const freshIntervals = 3;

/** What one collection of a source found. */
export interface Sample {
  readonly readings: readonly SampledReading[];
  /** Every name of the vocabulary that this source could tell and did not, per device. */
  readonly missing: readonly SampledMissing[];
  readonly devices?: readonly Device[];
  /** Which model server answered. */
  readonly backend?: 'vllm' | 'tgi' | 'triton';
  /** How old the values were when they were read, ms; 0 when absent. */
  readonly age?: number;
  /** Time between two refreshes of the values by the source itself, ms, where that is not at each read. */
  readonly interval?: number;
  /** The source answered, and its values have been the same for two of its intervals: they are not alive. */
  readonly unchanged?: true;
}

export interface TelemetrySource {
  readonly name: SourceKind;
  /** Rejects with a `CollectionError` (`#libs/telemetry`) that says what is wrong and what to do. */
  read(signal: AbortSignal): Promise<Sample>;
  close(): Promise<void>;
}
