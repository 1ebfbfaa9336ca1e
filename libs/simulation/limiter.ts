import type { Observation, Usage } from '#libs/core';
import type { DeviceSample } from './meter.ts';

/**
 * Who sets the limit of a closed loop: the product's controller, or a law that it is compared with. Times in ms. The gate
 * admits up to ⌊limit⌋; it is read after every call of a method here.
 */
export interface Limiter {
  /** In force, fractional. */
  readonly limit: number;
  /** {@link tick} is called at each multiple of it; Infinity: never. */
  readonly tickMs: number;
  /** A rule of its own beside the limit, asked before every start; absent: none. */
  mayStart?(t: number, view: LoopView): boolean;
  /** One more job has started; `inFlight` counts it, `wait` is its time in the queue. */
  started?(t: number, inFlight: number, wait: number): void;
  ended?(end: EndedJob): void;
  tick?(t: number, view: LoopView): void;
}

/** `lost`: to memory. `late`: beyond its deadline on service time; a lost job is not late. */
export interface EndedJob {
  readonly t: number;
  readonly start: number;
  readonly service: number;
  readonly late: boolean;
  readonly lost: boolean;
  readonly deadline?: number | undefined;
  /** Declared; only where the loop shows what clients declare. */
  readonly size?: number | undefined;
  readonly class?: string | undefined;
  /** While it ran, itself included: at its start, at its end, on average. */
  readonly inFlightAtStart: number;
  readonly inFlight: number;
  readonly n: number;
}

/** What can be seen at any time. */
export interface LoopView {
  readonly inFlight: number;
  /** Jobs waiting and the age of the oldest, ms. */
  readonly queue: { readonly waiting: number; readonly oldest: number };
  /** The latest that the instruments have delivered. */
  readonly device: DeviceSample | undefined;
  /** Bytes. */
  readonly capacity: number;
  /** The same as the product's telemetry tells a law. */
  telemetry(): Pick<Observation, 'readings' | 'missing'>;
  /** How full the gate has been since the last call of this; the product's controller alone asks. */
  closePeriod(): Usage;
}
