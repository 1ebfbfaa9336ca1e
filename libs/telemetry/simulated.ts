import { sixDigits, type Reading, type Sample, type TelemetrySource } from '#libs/core';
import { simulatedGpu, type Plant } from '#libs/simulation';

/** Watts: what an idle and a busy large device draw. Shown, never acted on. */
const idlePower = 90;
const fullPower = 650;

/** The instruments of a simulated device. Whoever runs jobs on the plant shares the clock with this source. */
export class SimulatedSource implements TelemetrySource {
  readonly name = 'simulated';
  readonly #plant: Plant;
  readonly #now: () => number;
  readonly #beforeRead: ((t: number) => void) | undefined;

  /** `now`: the clock that drives the plant, monotonic ms. `beforeRead`: brings the plant's jobs up to date. */
  constructor(plant: Plant, now: () => number, beforeRead?: (t: number) => void) {
    this.#beforeRead = beforeRead;
    this.#plant = plant;
    this.#now = now;
  }

  read(): Promise<Sample> {
    const now = this.#now();
    this.#beforeRead?.(now);
    const sample = this.#plant.telemetry(now);
    if (sample === undefined) {
      const missing = ['gpu.utilization', 'gpu.memory.used'].map((name) => ({
        name,
        gpu: simulatedGpu,
        why: 'warming-up',
      }));
      return Promise.resolve({ source: this.name, takenAt: now, readings: [], missing });
    }
    const readings = [
      reading('gpu.utilization', sample.utilization, 'ratio'),
      reading('gpu.memory.used', sample.memoryUsed, 'bytes'),
      reading('gpu.memory.total', this.#plant.config.capacity, 'bytes'),
      reading('gpu.power', idlePower + (fullPower - idlePower) * sample.utilization, 'watts'),
    ];
    return Promise.resolve({ source: this.name, takenAt: sample.at, readings, missing: [] });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

function reading(name: string, value: number, unit: Reading['unit']): Omit<Reading, 'age' | 'source'> {
  return { name, gpu: simulatedGpu, value: sixDigits(value), unit };
}
