/**
 * The part of NVML that the source needs, without a word about how it is called. What is `undefined` is a symbol that this
 * library does not export. Numbers are NVML's own: percent, mW, mJ, MHz, bytes, °C.
 */
export interface NvmlLibrary {
  readonly init: () => number;
  readonly shutdown: () => number;
  /** The end of every function here. */
  readonly unload: () => void;
  readonly deviceCount: () => Answer<number>;
  readonly deviceByIndex: (index: number) => Answer<Handle>;
  readonly uuid: (device: Handle) => Answer<string>;
  readonly name: Call<string>;
  readonly pciBusId: Call<string>;
  readonly driverVersion: (() => Answer<string>) | undefined;

  readonly utilization: Call<Utilization>;
  /** `used` contains what is reserved. */
  readonly memory: Call<Memory>;
  readonly memoryV2: Call<MemoryV2>;
  readonly powerUsage: Call<number>;
  readonly powerLimit: Call<number>;
  readonly totalEnergy: Call<number>;
  readonly temperature: Call<number>;
  readonly clock: ((device: Handle, clock: keyof typeof clocks) => Answer<number>) | undefined;
  readonly clockEventReasons: Call<number>;
  /** What the drivers before 535 call them. */
  readonly clockThrottleReasons: Call<number>;
  readonly eccErrors: ((device: Handle, kind: keyof typeof eccErrorKinds) => Answer<number>) | undefined;
  readonly field: ((device: Handle, field: keyof typeof fieldIds) => Answer<number>) | undefined;

  readonly migMode: Call<'on' | 'off'>;
  readonly maxMigDevices: Call<number>;
  readonly migDevice: ((device: Handle, index: number) => Answer<Handle>) | undefined;
  readonly gpuInstance: Call<number>;
  readonly computeInstance: Call<number>;

  readonly createEventSet: (() => Answer<Handle>) | undefined;
  readonly watchXid: ((device: Handle, events: Handle) => number) | undefined;
  /** The next event that is there already; code 10 when there is none. Does not wait. */
  readonly nextXid: ((events: Handle) => Answer<XidEvent>) | undefined;
  readonly freeEventSet: ((events: Handle) => number) | undefined;

  /** Absent unless all of it is there. */
  readonly gpm: GpmLibrary | undefined;
}

/** GPU performance monitoring: numbers over the time between two samples of a device. */
export interface GpmLibrary {
  readonly supported: (device: Handle) => Answer<boolean>;
  readonly allocate: () => Answer<Handle>;
  readonly sample: (device: Handle, into: Handle) => number;
  readonly sampleInstance: (device: Handle, gpuInstance: number, into: Handle) => number;
  /** In percent, in the order asked for; each metric has a code of its own. */
  readonly compare: (from: Handle, to: Handle, metricIds: readonly number[]) => Answer<readonly Answer<number>[]>;
  readonly free: (sample: Handle) => number;
}

/** A pointer of the library's, never looked into. */
export type Handle = bigint;

export interface Answer<T> {
  /** nvmlReturn_t. */
  readonly code: number;
  /** There when the code is 0. */
  readonly value?: T;
}

type Call<T> = ((device: Handle) => Answer<T>) | undefined;

export interface Utilization {
  readonly gpu: number;
  readonly memory: number;
}

export interface Memory {
  readonly total: number;
  readonly free: number;
  readonly used: number;
}

export interface MemoryV2 extends Memory {
  readonly reserved: number;
}

export interface XidEvent {
  readonly device: Handle;
  readonly xid: number;
}

/** nvmlClockType_t. */
export const clocks = { sm: 1, memory: 2 } as const;
/** nvmlMemoryErrorType_t. */
export const eccErrorKinds = { corrected: 0, uncorrected: 1 } as const;
/** NVML_FI_DEV_MEMORY_TEMP and NVML_FI_DEV_POWER_INSTANT. */
export const fieldIds = { memoryTemperature: 82, powerInstant: 186 } as const;
