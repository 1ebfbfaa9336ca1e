import { describe, expect, it } from 'vitest';
import { codeArrivals } from './arrivals-code.ts';
import { conversationArrivals } from './arrivals-conversation.ts';
import { switchingArrivals } from './arrivals-switching.ts';
import { arriving, type ArrivalTimes } from './arrivals.ts';
import { decodeJobs, type JobStream } from './jobs.ts';
import { Random } from './random.ts';

const hour = 3_600_000;

describe('conversationArrivals', () => {
  it('come at the rate, the irregularity and the drift of the recorded ones', () => {
    const { rate, cv, idc } = described(conversationArrivals(5.53));
    expect(rate).toBeGreaterThan(5.3);
    expect(rate).toBeLessThan(5.8);
    expect(cv).toBeGreaterThan(1.04);
    expect(cv).toBeLessThan(1.1);
    // Recorded: 1.39, 3.9, 16; a plain Poisson process has 1, 1, 1.
    for (const [index, recorded] of [1.39, 3.9, 16].entries()) {
      expect(idc[index]! / recorded).toBeGreaterThan(0.75);
      expect(idc[index]! / recorded).toBeLessThan(1.25);
    }
  });
});

describe('codeArrivals', () => {
  it('come in bursts with silence between them, as the recorded ones do', () => {
    const { rate, cv, empty, idc } = described(codeArrivals);
    expect(rate).toBeGreaterThan(2.3);
    expect(rate).toBeLessThan(2.8);
    expect(cv).toBeGreaterThan(11);
    expect(cv).toBeLessThan(15);
    expect(empty).toBeGreaterThan(0.71);
    expect(empty).toBeLessThan(0.77);
    for (const [index, recorded] of [13, 72, 164].entries()) {
      expect(idc[index]! / recorded).toBeGreaterThan(0.75);
      expect(idc[index]! / recorded).toBeLessThan(1.25);
    }
  });
});

describe('switchingArrivals', () => {
  const rates = { high: 40, low: 10, dwell: 20_000, lowStretch: 4 };

  it('begin at the high rate and keep it for about its dwell', () => {
    const firsts = Array.from(
      { length: 200 },
      (_, seed) => timesOf(switchingArrivals(rates), seed, 10_000).length / 10,
    );
    expect(Math.abs(mean(firsts) / 40 - 1)).toBeLessThan(0.03);
  });

  it('spend their time as the dwells say', () => {
    const hours = Array.from({ length: 20 }, (_, seed) => timesOf(switchingArrivals(rates), seed + 1).length / 3600);
    // A fifth of the time at 40, the rest at 10.
    expect(Math.abs(mean(hours) / 16 - 1)).toBeLessThan(0.03);
  });
});

describe.each([
  ['conversationArrivals', conversationArrivals(5.53)],
  ['codeArrivals', codeArrivals],
  ['switchingArrivals', switchingArrivals({ high: 5, low: 1, dwell: 5000, lowStretch: 2 })],
])('%s', (_name, arrivals) => {
  it('come in order, and again by the same seed', () => {
    const times = timesOf(arrivals, 3);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(0);
    expect(timesOf(arrivals, 3)).toEqual(times);
    expect(timesOf(arrivals, 4)).not.toEqual(times);
  });
});

describe('arriving', () => {
  it('comes at the same times, whatever is drawn for the jobs', () => {
    const stream = (cv: number): readonly (number | undefined)[] => {
      const next = arriving(codeArrivals, cv === 0 ? plainJobs : decodeJobs(cv, 0.1))(new Random(5));
      return Array.from({ length: 50 }, () => next()?.at);
    };
    expect(stream(0)).toEqual(stream(0.6));
  });
});

const plainJobs: JobStream = () => ({ work: 1000, speedFactor: 1, memoryStart: 0, memoryEnd: 0 });

/** The times of one run, ms. */
function timesOf(arrivals: ArrivalTimes, seed: number, until = hour): readonly number[] {
  const next = arrivals(new Random(seed));
  const times: number[] = [];
  for (let t = next(); t < until; t = next()) times.push(t);
  return times;
}

interface Described {
  readonly rate: number;
  /** Of the gaps between arrivals. */
  readonly cv: number;
  /** Share of seconds without any. */
  readonly empty: number;
  /** Variance over mean of the counts in 1, 10 and 60 s. */
  readonly idc: readonly number[];
}

/** What traces are described by: the mean over some hours, each with its own seed. */
function described(arrivals: ArrivalTimes): Described {
  const hours = Array.from({ length: 16 }, (_, seed) => describedHour(timesOf(arrivals, seed + 1)));
  return {
    rate: mean(hours.map(({ rate }) => rate)),
    cv: mean(hours.map(({ cv }) => cv)),
    empty: mean(hours.map(({ empty }) => empty)),
    idc: [0, 1, 2].map((index) => mean(hours.map(({ idc }) => idc[index]!))),
  };
}

function describedHour(times: readonly number[]): Described {
  const gaps = times.slice(1).map((t, index) => t - times[index]!);
  const counts = [1, 10, 60].map((seconds) => countsIn(times, 1000 * seconds));
  return {
    rate: mean(counts[0]!),
    cv: Math.sqrt(variance(gaps)) / mean(gaps),
    empty: counts[0]!.filter((count) => count === 0).length / counts[0]!.length,
    idc: counts.map((each) => variance(each) / mean(each)),
  };
}

function countsIn(times: readonly number[], width: number): readonly number[] {
  const counts = Array.from({ length: hour / width }, () => 0);
  for (const t of times) counts[Math.floor(t / width)]! += 1;
  return counts;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return mean(values.map((value) => (value - middle) ** 2));
}
