import { curves } from './curves.ts';
import { gibibyte, growingJobs, shortJobs } from './jobs.ts';
import type { Scenario } from './scenario.ts';

const device = {
  curve: curves.B,
  base: 20 * gibibyte,
  capacity: 80 * gibibyte,
  soloUtilization: 0.97,
  utilizationNoise: 0.02,
  memoryReading: 'instantaneous',
  telemetryLag: 200,
  outOfMemory: 'job',
  restart: 30_000,
} as const;

/** What `sim:NAME` plays, to be watched: three kinds of work (the demo's acts), and what devices do to those who trust them. */
export const watchedScenarios = {
  ramp: {
    name: 'ramp',
    summary: 'small jobs on a large device',
    duration: 30_000,
    plant: device,
    jobs: shortJobs(0.3 * gibibyte),
  },
  knee: {
    name: 'knee',
    summary: 'jobs whose deadlines are missed before memory is full',
    duration: 30_000,
    plant: device,
    jobs: shortJobs(1.2 * gibibyte),
  },
  'memory-cliff': {
    name: 'memory-cliff',
    summary: 'jobs that take a tenth of the memory each: it is full long before deadlines are missed',
    duration: 30_000,
    plant: device,
    jobs: shortJobs(6 * gibibyte),
  },
  preallocated: {
    name: 'preallocated',
    summary: 'a model server takes 90 % of the memory at start: it reads flat and high, whatever runs',
    duration: 240_000,
    plant: { ...device, base: 0.9 * device.capacity },
    // Their caches live in what the server took.
    jobs: shortJobs(0),
  },
  'pegged-utilisation': {
    name: 'pegged-utilisation',
    summary: 'utilisation reads 97 to 100 % from the first job on, and says nothing about room for more',
    duration: 240_000,
    plant: { ...device, soloUtilization: 0.99, utilizationNoise: 0.005 },
    jobs: shortJobs(0.3 * gibibyte),
  },
  'sensor-loss': {
    name: 'sensor-loss',
    summary: 'the sensor does not answer for a minute, every other minute',
    duration: 240_000,
    plant: device,
    jobs: shortJobs(1.2 * gibibyte),
    instruments: { silence: { from: 20_000, lasts: 60_000, every: 120_000 } },
  },
  mig: {
    name: 'mig',
    summary: 'one slice of a device cut up by MIG: no utilisation, and memory for the slice alone',
    duration: 120_000,
    plant: { ...device, curve: curves.C, base: 3 * gibibyte, capacity: 9.75 * gibibyte },
    jobs: shortJobs(1.5 * gibibyte),
    instruments: {
      mig: {
        instance: '9',
        computeInstance: '0',
        uuid: 'MIG-simulated-0',
        profile: '1g.10gb',
        deviceMemory: 80 * gibibyte,
        computeShare: 1 / 7,
      },
    },
  },
  oom: {
    name: 'oom',
    summary: 'jobs start small and grow, nobody knows how far: memory runs out again and again',
    duration: 240_000,
    plant: device,
    jobs: growingJobs(8 * gibibyte),
  },
} as const satisfies Readonly<Record<string, Scenario>>;
