import { describe, expect, it } from 'vitest';
import { Failsafe } from './failsafe.ts';
import { jobs, limitsAfter } from './fed-by-hand.ts';

const law = (start = 20): Failsafe => new Failsafe({ start, min: 1, max: 64, jobs: 10 });

/** One window after the other, ten jobs each, all as slow as told; the limit is never full. */
function windows(limiter: Failsafe, services: readonly number[], inFlightAtStart = 20): readonly number[] {
  return services.map((service, index) => {
    const from = 100_000 * (index + 1);
    return limitsAfter(limiter, jobs(10, { service, inFlightAtStart, from, every: 10 })).at(-1)!;
  });
}

describe('Failsafe', () => {
  it('adds one for each window in which nothing seems to queue', () => {
    expect(windows(law(), [1000, 1000, 1000])).toEqual([21, 22, 23]);
  });

  it('waits for enough jobs, not counting drops', () => {
    expect(limitsAfter(law(), jobs(9)).at(-1)).toBe(20);
    expect(limitsAfter(law(), jobs(30, { late: true })).at(-1)).toBe(20);
    expect(limitsAfter(law(), jobs(10, { inFlightAtStart: 20 })).at(-1)).toBe(21);
  });

  it('waits for twice the shortest job of the window before', () => {
    const limiter = law();
    limitsAfter(limiter, jobs(10, { inFlightAtStart: 20, every: 1, service: 3000 }));
    expect(limitsAfter(limiter, jobs(20, { inFlightAtStart: 20, every: 1, from: 5980 })).at(-1)).toBe(21);
    expect(limitsAfter(limiter, jobs(20, { inFlightAtStart: 20, every: 1, from: 6010 })).at(-1)).toBe(22);
  });

  it('takes one away when more than six jobs seem to queue', () => {
    const steady = Array.from({ length: 12 }, () => 1000);
    // Recent follows in five windows what base follows in ten.
    const limits = windows(law(), [...steady, ...Array.from({ length: 6 }, () => 6000)]);
    expect(limits.at(11)).toBe(32);
    expect(limits.at(-1)).toBeLessThan(limits.at(11)! + 2);
    expect(Math.min(...limits.slice(13).map((limit, index) => limit - limits[12 + index]!))).toBe(-1);
  });

  it('takes one away when it is full and more jobs have meant slower jobs and little more throughput', () => {
    // Jobs in flight and service times grow by 1 % a window: far too slowly for a queue to show.
    const lastMove = (full: boolean): number => {
      const limiter = law();
      const limits = Array.from({ length: 14 }, (_, window) => {
        const growth = 1.01 ** window;
        const facts = { service: 1000 * growth, inFlightAtStart: 20 * growth, inFlight: full ? 64 : 1 };
        return limitsAfter(limiter, jobs(10, { ...facts, from: 100_000 * window, every: 1 })).at(-1)!;
      });
      return limits.at(-1)! - limits.at(-2)!;
    };
    expect([lastMove(false), lastMove(true)]).toEqual([1, -1]);
  });

  it('never goes beyond five times the most in flight', () => {
    expect(windows(law(), [1000, 1000], 3)).toEqual([19, 18]);
  });
});
