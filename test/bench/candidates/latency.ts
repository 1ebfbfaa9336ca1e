import { cleanSamples, sixDigits, type Epoch, type JobSample, type Observation } from '#libs/core';

/**
 * y = median of R/z over an epoch, and the same at the lowest level known: what `vegas` and `gradient` compare. z is the
 * declared size where all jobs have one, else the deadline. Plain JSON.
 */
export interface Latency {
  readonly yardstick: 'size' | 'deadline';
  readonly gate: number | null;
  /** The newest 64 jobs of this epoch that have a z; the first jobs of all count whatever their gate was. */
  readonly samples: readonly JobSample[];
  /** Squared coefficient of variation of R/z, smoothed over epochs; null before the first. */
  readonly spread: number | null;
  /** At the lowest level; null before five jobs are known. */
  readonly lowest: LatencyLevel | null;
}

export interface LatencyLevel {
  /** Mean in flight over the lives of its jobs: idle time between them does not make a level low. */
  readonly n: number;
  readonly y: number;
  /** q_0.9 of service over deadline; null without deadlines. */
  readonly slack: number | null;
}

const enoughJobs = 5;
const maxSamples = 64;
const smoothing = 0.2;

export function newLatency(yardstick: Latency['yardstick'] = 'size'): Latency {
  return { yardstick, gate: null, samples: [], spread: null, lowest: null };
}

/** Adds a period; `level`: of the epoch so far, once it has five jobs. `epoch` as it is after the period. */
export function observeLatency(
  before: Latency,
  observation: Observation,
  { epoch, closes }: { readonly epoch: Epoch; readonly closes: boolean },
): { readonly latency: Latency; readonly level?: LatencyLevel } {
  const sized = before.yardstick === 'size' && observation.samples.every((sample) => (sample[4] ?? 0) > 0);
  const known = sized || before.yardstick === 'deadline' ? before : newLatency('deadline');
  const { yardstick, lowest, spread } = known;
  const gate = Math.floor(observation.limit);
  const kept = known.gate === gate || lowest === null ? known.samples : [];
  const fresh = lowest === null ? observation.samples : cleanSamples(epoch, observation);
  const samples = [...kept, ...fresh.filter((sample) => ratioOf(sample, yardstick) > 0)].slice(-maxSamples);
  if (samples.length < enoughJobs) return { latency: { ...known, gate, samples: closes ? [] : samples } };

  const ratios = samples.map((sample) => ratioOf(sample, yardstick)).toSorted((a, b) => a - b);
  const level: LatencyLevel = {
    n: sixDigits(samples.reduce((sum, sample) => sum + sample[2], 0) / samples.length),
    y: sixDigits(quantile(ratios, 0.5)),
    slack: slackOf(samples),
  };
  const isFirst = lowest === null;
  return {
    latency: {
      yardstick,
      gate,
      samples: closes || isFirst ? [] : samples,
      spread: closes || isFirst ? smoothed(spread, squaredCv(ratios)) : spread,
      lowest:
        isFirst || (closes && isLowest(level, lowest))
          ? { ...level, n: Math.min(level.n, lowest?.n ?? level.n) }
          : lowest,
    },
    level,
  };
}

/** As low as the lowest, or faster: an average of everything would follow the load. */
function isLowest(level: LatencyLevel, lowest: LatencyLevel): boolean {
  return level.n <= Math.max(2, 1.25 * lowest.n) || level.y < lowest.y;
}

/** R/z; 0 where it cannot be told. */
function ratioOf([, service, , deadline, size]: JobSample, yardstick: Latency['yardstick']): number {
  const ratio = service / ((yardstick === 'size' ? size : deadline) ?? 0);
  return Number.isFinite(ratio) ? ratio : 0;
}

function slackOf(samples: readonly JobSample[]): number | null {
  const slacks = samples.map((sample) => ratioOf(sample, 'deadline')).filter((slack) => slack > 0);
  return slacks.length === 0
    ? null
    : sixDigits(
        quantile(
          slacks.toSorted((a, b) => a - b),
          0.9,
        ),
      );
}

function squaredCv(ratios: readonly number[]): number {
  const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const variance = ratios.reduce((sum, ratio) => sum + (ratio / mean - 1) ** 2, 0) / (ratios.length - 1);
  return sixDigits(variance);
}

function smoothed(before: number | null, now: number): number {
  return before === null ? now : sixDigits(before + smoothing * (now - before));
}

/** Nearest rank. */
function quantile(sorted: readonly number[], p: number): number {
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)] ?? 0;
}
