import type { Sample, TelemetrySource } from '#libs/core';
import { SimulatedDevice, type Instruments, type Plant } from '#libs/simulation';
import { CollectionError } from '../collection-error.ts';

export interface SimulatedSourceOptions {
  readonly plant: Plant;
  /** What the scenario's device does not tell. */
  readonly instruments?: Instruments | undefined;
  /** The clock that drives the plant, monotonic ms. */
  readonly now: () => number;
  /** Brings the plant's jobs up to date. */
  readonly beforeRead?: ((t: number) => void) | undefined;
}

/** The instruments of a simulated device. Whoever runs jobs on the plant shares the clock with this source. */
export class SimulatedSource implements TelemetrySource {
  readonly name = 'simulated';
  readonly #device: SimulatedDevice;
  readonly #now: () => number;
  readonly #beforeRead: ((t: number) => void) | undefined;

  constructor({ plant, instruments, now, beforeRead }: SimulatedSourceOptions) {
    this.#device = new SimulatedDevice(plant, instruments);
    this.#now = now;
    this.#beforeRead = beforeRead;
  }

  read(): Promise<Sample> {
    const now = this.#now();
    this.#beforeRead?.(now);
    const sample = this.#device.read(now);
    return sample === undefined ? Promise.reject(silent()) : Promise.resolve(sample);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function silent(): CollectionError {
  return new CollectionError({
    result: 'error',
    message: 'the simulated sensor does not answer',
    next: 'Wait until the scenario lets it answer again, or choose another one: TELEMETRY_GPU=sim:knee.',
  });
}
