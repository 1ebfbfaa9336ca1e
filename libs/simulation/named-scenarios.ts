import { curves } from './curves.ts';
import { conversationJobs, decodeJobs, gibibyte, imageJobs } from './jobs.ts';
import type { Scenario } from './scenario.ts';
import { conversationTokens } from './tokens.ts';

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
