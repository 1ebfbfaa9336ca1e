export type Unit = 'ratio' | 'bytes' | 'watts' | 'joules' | 'celsius' | 'hertz' | 'count' | 'seconds';

/** One telemetry value. Missing is absent, never 0. */
export interface Reading {
  /** `gpu.utilization`, `gpu.memory.used`, `gpu.memory.total`, `host.cpu`, `host.memory.used`, … */
  readonly name: string;
  /** Device UUID; absent for the host. */
  readonly gpu?: string;
  /** Shares are 0..1. */
  readonly value: number;
  readonly unit: Unit;
  readonly source: string;
  /** Age in ms when it was observed. */
  readonly age: number;
}

/** A wanted reading that is absent, and why. */
export interface MissingReading {
  readonly name: string;
  readonly gpu?: string;
  readonly why: string;
}

/** What one collection of a source found; ages count from `takenAt` (the reader's monotonic clock, ms). */
export interface Sample {
  readonly source: string;
  readonly takenAt: number;
  readonly readings: readonly Omit<Reading, 'age' | 'source'>[];
  readonly missing: readonly MissingReading[];
}

export interface TelemetrySource {
  readonly name: string;
  read(signal: AbortSignal): Promise<Sample>;
  close(): Promise<void>;
}
