import type { Instruments } from './instruments.ts';
import type { JobStream, PlantJob } from './jobs.ts';
import type { PlantConfig } from './plant.ts';
import type { Random } from './random.ts';

/** A device, the jobs it is given, and for how long (ms). */
export interface Scenario {
  readonly name: string;
  /** One line for people who choose. */
  readonly summary: string;
  readonly duration: number;
  readonly plant: PlantConfig;
  /** What an endless backlog holds, drawn as jobs start. */
  readonly jobs: JobStream;
  /** Jobs that come when they come, instead of the backlog: first in, first out, deadlines from arrival. */
  readonly arrivals?: ArrivalStream;
  /** What the device cannot tell of itself; absent: it tells everything, always. */
  readonly instruments?: Instruments;
  /** Starts of the parts that differ, ms, from 0 on; absent: one part. */
  readonly phases?: readonly number[];
}

export interface Arrival {
  readonly at: number;
  readonly job: PlantJob;
}

/** The arrivals of one run, in order: each call the next one, undefined after the last. */
export type ArrivalStream = (random: Random) => () => Arrival | undefined;
