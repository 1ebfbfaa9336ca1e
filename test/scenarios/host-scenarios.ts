import { cores, pool, type Host, type HostRun } from './host-loop.ts';

/** A closed loop around a host, and where it has to end up. Times in ms. */
export interface HostScenario {
  readonly intent: string;
  readonly run: Omit<HostRun, 'setup' | 'seed'>;
  readonly strategies: readonly string[];
  /** The fixed limit to compare with, found by a sweep. */
  readonly best: number;
  readonly expect: {
    /** On-time completions over those of the best fixed limit, the way up from 1 included: the worst of the seeds. */
    readonly ratio: readonly [from: number, to: number];
    /** Mean limit of the second half. */
    readonly limit: readonly [from: number, to: number];
  };
}

const laws = ['aimd', 'pid', 'threshold'];
const twoMinutes = { duration: 120_000, period: 1000 };

/** Throughput of Amdahl's and Gunther's kind: it peaks near 31 and then falls. */
const peaked: Host = {
  servers: Infinity,
  speed: (n) => 1 / (1 + 0.0108 * (n - 1) + 0.00106 * n * (n - 1)),
};

/** Two cores of which other programs take up to a third, in waves of 13 s. */
const disturbed: Host = {
  servers: Infinity,
  speed: (n, t) => Math.min(1, 2 / n) * (0.83 + 0.17 * Math.sin(t / 2070)),
};

/** An upstream that stalls for half a second every seven. */
const stalling: Host = { servers: 8, speed: (_n, t) => (t % 7000 < 500 ? 0.6 : 1) };

const slowedAfterAMinute: Host = { servers: 8, speed: (_n, t) => (t < 60_000 ? 1 : 0.6) };

export const hostScenarios: readonly HostScenario[] = [
  {
    intent: 'On two cores more than four at once miss a deadline of twice the solo time: the law must find 2 or 3.',
    run: { ...twoMinutes, host: cores(2), solo: 150, spread: 0.2, deadline: 300 },
    strategies: laws,
    best: 2,
    expect: { ratio: [0.9, 1.02], limit: [1.8, 3.6] },
  },
  {
    intent: 'Half-second jobs give four samples a second: a law must not take one late job for a rate.',
    run: { ...twoMinutes, host: cores(2), solo: 500, spread: 0.2, deadline: 1000 },
    strategies: laws,
    best: 2,
    expect: { ratio: [0.84, 1.02], limit: [1.5, 3.8] },
  },
  {
    intent: 'Jobs much shorter than a period: one epoch is one period, and the period is the delay of the loop.',
    run: { ...twoMinutes, host: cores(2), solo: 50, spread: 0.2, deadline: 100 },
    strategies: laws,
    best: 2,
    expect: { ratio: [0.9, 1.02], limit: [1.8, 3.6] },
  },
  {
    intent: 'An upstream with eight workers queues the rest: from 8 on only the wait grows, from 16 on all is late.',
    run: { ...twoMinutes, host: pool(8), solo: 150, spread: 0.2, deadline: 300 },
    strategies: laws,
    best: 8,
    expect: { ratio: [0.9, 1.02], limit: [8, 14] },
  },
  {
    intent: 'The same with half-second jobs: the ramp sees its mistakes late.',
    run: { ...twoMinutes, host: pool(8), solo: 500, spread: 0.2, deadline: 1000 },
    strategies: laws,
    best: 8,
    expect: { ratio: [0.88, 1.02], limit: [8, 14.5] },
  },
  {
    intent: 'Jobs that all take the same, on an upstream that stalls now and then: no law may live on the very edge.',
    run: { ...twoMinutes, host: stalling, solo: 100, spread: 0.05, deadline: 203 },
    strategies: ['aimd', 'threshold'],
    best: 8,
    expect: { ratio: [0.88, 1.02], limit: [8, 15] },
  },
  {
    intent:
      'A wide spread under one fixed deadline: some jobs are late even alone, and fewer at once does not help them.',
    run: { ...twoMinutes, host: cores(2), solo: 150, spread: 0.5, deadline: 300 },
    strategies: ['aimd'],
    best: 2,
    expect: { ratio: [0.8, 1.05], limit: [1.5, 3] },
  },
  {
    intent: 'A smooth knee: throughput still grows where the first jobs miss their deadline.',
    run: { ...twoMinutes, host: peaked, solo: 150, spread: 0.1, deadline: 300 },
    strategies: laws,
    best: 20,
    expect: { ratio: [0.93, 1.02], limit: [16, 24] },
  },
  {
    intent: 'The upstream slows down for good: the limit must follow it down before every job is late.',
    run: { ...twoMinutes, host: slowedAfterAMinute, solo: 150, spread: 0.2, deadline: 300 },
    strategies: ['aimd', 'pid'],
    best: 8,
    expect: { ratio: [0.8, 1.1], limit: [5, 13] },
  },
  {
    intent: 'Work comes at a third of what the upstream can do: an unused limit proves nothing and must not grow.',
    run: { ...twoMinutes, host: pool(8), solo: 150, spread: 0.2, deadline: 300, arrivals: 18 },
    strategies: laws,
    best: 8,
    expect: { ratio: [0.95, 1.05], limit: [2, 12] },
  },
  {
    intent:
      'Without a deadline the knee of two cores shows in throughput only; beyond it more is useless, not harmful.',
    run: { ...twoMinutes, host: cores(2), solo: 150, spread: 0.3 },
    strategies: laws,
    best: 2,
    expect: { ratio: [0.93, 1.02], limit: [1.9, 12] },
  },
  {
    intent: 'Without a deadline, half-second jobs: a rate from few jobs is noisy, and one wrong stop must not last.',
    run: { ...twoMinutes, host: pool(8), solo: 500, spread: 0.3 },
    strategies: laws,
    best: 8,
    expect: { ratio: [0.88, 1.02], limit: [7, 18] },
  },
  {
    intent: 'Without a deadline, on a machine that others use too: waves in the rate must not end the climb for good.',
    run: { ...twoMinutes, host: disturbed, solo: 200, spread: 0.3 },
    strategies: laws,
    best: 2,
    expect: { ratio: [0.88, 1.03], limit: [1.5, 14] },
  },
  {
    intent: 'Without a deadline, throughput that peaks and then falls: the climb must stop near the peak.',
    run: { ...twoMinutes, host: peaked, solo: 150, spread: 0.2 },
    strategies: laws,
    best: 32,
    expect: { ratio: [0.9, 1.02], limit: [16, 48] },
  },
];
