import type { Random } from './random.ts';

export interface MeterConfig {
  /** Utilisation that one job alone shows, 0..1; n jobs show 1 − (1 − u1)ⁿ. */
  readonly soloUtilization: number;
  /** Standard deviation of the noise on utilisation. */
  readonly utilizationNoise: number;
  /** `high-water`: the most since the last restart, as a caching allocator looks from outside. */
  readonly memoryReading: 'instantaneous' | 'high-water';
  /** A sample is delivered this much later, ms. */
  readonly telemetryLag: number;
}

/** What the device says of itself at `at` (the plant's time, ms); memory in bytes. */
export interface DeviceSample {
  readonly at: number;
  readonly utilization: number;
  readonly memoryUsed: number;
  /** Jobs at a time since the last sample, mean. */
  readonly inFlight: number;
}

/** Time between two samples, ms. */
export const sampleInterval = 1000;

/** The device's own instruments: one sample a second, late and noisy. Told about every stretch of constant n. */
export class Meter {
  readonly #config: MeterConfig;
  readonly #noise: Random;
  #busyMs = 0;
  #jobMs = 0;
  #highWater: number;
  #taken: DeviceSample[] = [];
  /** The first shows the device before any job. */
  nextSampleAt = 0;

  constructor(config: MeterConfig, memoryUsed: number, noise: Random) {
    this.#config = config;
    this.#noise = noise;
    this.#highWater = memoryUsed;
  }

  /** n jobs ran for `elapsed` ms and memory was at `memoryUsed` at the end of it; memory is linear within. */
  passed(elapsed: number, n: number, memoryUsed: number): void {
    if (n > 0) this.#busyMs += elapsed * (1 - (1 - this.#config.soloUtilization) ** n);
    this.#jobMs += elapsed * n;
    if (memoryUsed > this.#highWater) this.#highWater = memoryUsed;
  }

  restarted(memoryUsed: number): void {
    this.#highWater = memoryUsed;
  }

  sample(memoryUsed: number): void {
    const noisy = this.#busyMs / sampleInterval + this.#config.utilizationNoise * this.#noise.normal();
    this.#taken.push({
      at: this.nextSampleAt,
      utilization: Math.min(1, Math.max(0, noisy)),
      memoryUsed: this.#config.memoryReading === 'high-water' ? this.#highWater : memoryUsed,
      inFlight: this.#jobMs / sampleInterval,
    });
    this.#busyMs = 0;
    this.#jobMs = 0;
    this.nextSampleAt += sampleInterval;
  }

  /** The latest sample delivered by `t`; undefined before the first. */
  delivered(t: number): DeviceSample | undefined {
    const last = this.#taken.findLastIndex((sample) => sample.at + this.#config.telemetryLag <= t);
    if (last > 0) this.#taken = this.#taken.slice(last);
    return last < 0 ? undefined : this.#taken[0];
  }
}
