import type { Instruments } from './instruments.ts';
import type { JobStream } from './jobs.ts';
import type { PlantConfig } from './plant.ts';

/** A device, the jobs it is given, and for how long (ms). The queue never runs empty. */
export interface Scenario {
  readonly name: string;
  /** One line for people who choose. */
  readonly summary: string;
  readonly duration: number;
  readonly plant: PlantConfig;
  readonly jobs: JobStream;
  /** What the device cannot tell of itself; absent: it tells everything, always. */
  readonly instruments?: Instruments;
}
