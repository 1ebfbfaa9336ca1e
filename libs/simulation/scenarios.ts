import { curves } from './curves.ts';
import { conversationJobs, decodeJobs, gibibyte, imageJobs, shortJobs, type JobStream } from './jobs.ts';
import type { PlantConfig } from './plant.ts';
import { conversationTokens } from './tokens.ts';

/** A device, the jobs it is given, and for how long (ms). The queue never runs empty. */
export interface Scenario {
  readonly name: string;
  /** One line for people who choose. */
  readonly summary: string;
  readonly duration: number;
  readonly plant: PlantConfig;
  readonly jobs: JobStream;
}

const device = {
  soloUtilization: 0.97,
  utilizationNoise: 0.02,
  memoryReading: 'instantaneous',
  telemetryLag: 500,
  outOfMemory: 'fatal',
  restart: 30_000,
} as const;

const bigDevice = { ...device, base: 20 * gibibyte, capacity: 80 * gibibyte };

/** The named suite. Its rows are fixed: results are compared over time. */
export const namedScenarios = {
  S1: {
    name: 'S1',
    summary: 'LLM decodes on a large device: throughput peaks near 30 at once',
    duration: 900_000,
    plant: { ...bigDevice, curve: curves.B },
    jobs: decodeJobs(0.6, 0.1),
  },
  S2: {
    name: 'S2',
    summary: 'images: memory ends one job above the optimum',
    duration: 3_600_000,
    plant: {
      ...device,
      curve: curves.C,
      soloUtilization: 0.95,
      base: 10 * gibibyte,
      capacity: 24 * gibibyte,
    },
    jobs: imageJobs(),
  },
  S3: {
    name: 'S3',
    summary: 'LLM conversations whose caches grow while they run',
    duration: 1_200_000,
    plant: {
      ...device,
      curve: curves.A,
      base: 16 * gibibyte,
      capacity: 21.5 * gibibyte,
      restart: 25_000,
    },
    jobs: conversationJobs(conversationTokens),
  },
} as const satisfies Readonly<Record<string, Scenario>>;

const watchedDevice = { ...bigDevice, curve: curves.B, outOfMemory: 'job', telemetryLag: 200 } as const;

/** What `sim:NAME` and the demo show: one device, three kinds of work. */
export const watchedScenarios = {
  ramp: {
    name: 'ramp',
    summary: 'small jobs on a large device',
    duration: 30_000,
    plant: watchedDevice,
    jobs: shortJobs(0.3 * gibibyte),
  },
  knee: {
    name: 'knee',
    summary: 'jobs whose deadlines are missed before memory is full',
    duration: 30_000,
    plant: watchedDevice,
    jobs: shortJobs(1.2 * gibibyte),
  },
  'memory-cliff': {
    name: 'memory-cliff',
    summary: 'jobs that take a tenth of the memory each: it is full long before deadlines are missed',
    duration: 30_000,
    plant: watchedDevice,
    jobs: shortJobs(6 * gibibyte),
  },
} as const satisfies Readonly<Record<string, Scenario>>;
