import { codeArrivals } from './arrivals-code.ts';
import { conversationArrivals } from './arrivals-conversation.ts';
import { arriving } from './arrivals.ts';
import { curves } from './curves.ts';
import { decodeJobs, gibibyte, imageJobs, mixedJobs } from './jobs.ts';
import { arrivingConversations, codeCompletions, growingCaches, llmJobs } from './llm-jobs.ts';
import type { Scenario } from './scenario.ts';
import { codeTokens, conversationTokens, tokensFrom } from './tokens.ts';

const device = {
  soloUtilization: 0.97,
  utilizationNoise: 0.02,
  memoryReading: 'instantaneous',
  telemetryLag: 500,
  outOfMemory: 'fatal',
  restart: 30_000,
} as const;

const code = llmJobs(codeCompletions, tokensFrom(codeTokens));
const conversations = llmJobs(arrivingConversations, tokensFrom(conversationTokens));

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
    jobs: llmJobs(growingCaches, tokensFrom(conversationTokens)),
  },
  S4: {
    name: 'S4',
    summary: 'LLM decodes on a device that runs at half speed for a third of the time',
    duration: 1_200_000,
    plant: {
      ...bigDevice,
      curve: curves.B,
      speed: (t) => (t >= 400_000 && t < 800_000 ? 0.5 : 1),
    },
    jobs: decodeJobs(0.6, 0.1),
    phases: [0, 400_000, 800_000],
  },
  S5: {
    name: 'S5',
    summary: 'light and heavy jobs; halfway most become heavy, and memory ends early',
    duration: 1_200_000,
    plant: {
      ...device,
      curve: curves.A,
      base: 8 * gibibyte,
      capacity: 24 * gibibyte,
    },
    jobs: mixedJobs((t) => (t < 600_000 ? 0.1 : 0.8)),
    phases: [0, 600_000],
  },
  S6: {
    name: 'S6',
    summary: 'code completions in bursts, with silence between them',
    duration: 1_200_000,
    plant: { ...bigDevice, curve: curves.B },
    jobs: code,
    arrivals: arriving(codeArrivals, code),
  },
  S7: {
    name: 'S7',
    summary: 'conversations that come steadily, five a second',
    duration: 1_200_000,
    plant: { ...bigDevice, curve: curves.A },
    jobs: conversations,
    arrivals: arriving(conversationArrivals(4.99), conversations),
  },
  S8: {
    name: 'S8',
    summary: 'a cold start, noisy decodes and late telemetry',
    duration: 900_000,
    plant: {
      ...bigDevice,
      curve: curves.B,
      telemetryLag: 2000,
      speed: (t) => Math.min(1, 0.25 + (0.75 * t) / 60_000),
    },
    jobs: decodeJobs(1, 0.3),
  },
} as const satisfies Readonly<Record<string, Scenario>>;
