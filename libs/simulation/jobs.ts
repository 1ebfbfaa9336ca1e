import type { Random } from './random.ts';

/** One job as the plant runs it. Times in ms, memory in bytes, which grows linearly with the job's progress. */
export interface PlantJob {
  /** Service time alone on the device at speed 1. */
  readonly work: number;
  /** How much faster than its work says this one turns out to be; mean 1. */
  readonly speedFactor: number;
  readonly memoryStart: number;
  readonly memoryEnd: number;
  /** On service time. */
  readonly deadline?: number;
  /** What the client declares: size and memory in units of its own. */
  readonly size?: number;
  readonly memoryHint?: number;
  readonly class?: string;
}

/** Draws the next job of a workload; `t` in ms since its start. */
export type JobStream = (random: Random, t: number) => PlantJob;

export const gibibyte = 2 ** 30;

/** Short LLM decodes of about a second, deadline 2.5 times the work; `cv` spreads the work, `spread` the speed. */
export function decodeJobs(cv: number, spread: number): JobStream {
  return (random) => {
    const seconds = Math.max(0.05, random.logNormal(0.95, cv));
    return {
      work: 1000 * seconds,
      speedFactor: random.speedFactor(spread),
      memoryStart: 0.05 * gibibyte,
      memoryEnd: 0.1 * gibibyte,
      deadline: 1000 * (2.5 * seconds + 0.2),
      size: seconds,
    };
  };
}

/**
 * Jobs of about 0.4 s that each grow from half of `memory` to all of it, due after 0.9 s: short enough to watch what a
 * limit does to them.
 */
export function shortJobs(memory: number): JobStream {
  return (random) => ({
    work: 1000 * Math.max(0.1, random.logNormal(0.4, 0.2)),
    speedFactor: random.speedFactor(0.05),
    memoryStart: memory / 2,
    memoryEnd: memory,
    deadline: 900,
  });
}

/**
 * Jobs of about 2 s that start at an eighth of a gibibyte and grow to log-normally about `memory`, a few far beyond it;
 * due after 6 s.
 */
export function growingJobs(memory: number): JobStream {
  return (random) => ({
    work: 1000 * Math.max(0.5, random.logNormal(2, 0.3)),
    speedFactor: random.speedFactor(0.05),
    memoryStart: gibibyte / 8,
    memoryEnd: Math.min(5 * memory, random.logNormal(memory, 0.7)),
    deadline: 6000,
  });
}

/** Images: long, and each holds its memory from first to last. */
export function imageJobs(): JobStream {
  return (random) => {
    const seconds = Math.max(3, random.logNormal(12, 0.6));
    const memory = gibibyte * Math.max(2.5, 4.2 + 0.4 * random.normal());
    return {
      work: 1000 * seconds,
      speedFactor: random.speedFactor(0.08),
      memoryStart: memory,
      memoryEnd: memory,
      deadline: 1000 * (3 * seconds + 2),
    };
  };
}

/**
 * Short light jobs and, `heavy` of them (0..1, may change over time), jobs of ten times the work and five times the
 * memory: two classes, and a memory hint that tells them apart.
 */
export function mixedJobs(heavy: (t: number) => number): JobStream {
  return (random, t) => {
    const isHeavy = random.uniform() < heavy(t);
    const seconds = isHeavy ? Math.max(1, random.logNormal(4, 0.4)) : Math.max(0.05, random.logNormal(0.4, 0.4));
    const memory = gibibyte * (isHeavy ? 0.5 : 0.1);
    return {
      work: 1000 * seconds,
      speedFactor: random.speedFactor(0.1),
      memoryStart: 0.6 * memory,
      memoryEnd: memory * (1 + 0.1 * random.normal()),
      deadline: 1000 * (3 * seconds + 0.3),
      memoryHint: isHeavy ? 5 : 1,
      class: isHeavy ? 'heavy' : 'light',
    };
  };
}
