import type { Limiter } from '#libs/simulation';
import { describe, expect, it } from 'vitest';
import { draining } from './draining.ts';
import { job, view } from './fed-by-hand.ts';

/** A law that wants what it is told. */
class Told implements Limiter {
  readonly tickMs = 1000;
  limit = 4;
  asked = 0;

  mayStart(): boolean {
    this.asked += 1;
    return this.limit !== 9;
  }
}

describe('draining', () => {
  it('takes nothing once another number is wanted, and keeps the old one until the last job has ended', () => {
    const told = new Told();
    const limiter = draining(told);
    limiter.started?.(0, 1, 0);
    limiter.started?.(0, 2, 0);
    told.limit = 6;
    expect([limiter.limit, limiter.mayStart?.(1, view())]).toEqual([4, false]);
    limiter.ended?.(job({ inFlight: 2 }));
    expect([limiter.limit, limiter.mayStart?.(2, view())]).toEqual([4, false]);
    limiter.ended?.(job({ inFlight: 1 }));
    expect([limiter.limit, limiter.mayStart?.(3, view())]).toEqual([6, true]);
  });

  it('goes on as before where a wish is taken back before the drain is over', () => {
    const told = new Told();
    const limiter = draining(told);
    limiter.started?.(0, 1, 0);
    told.limit = 6;
    expect(limiter.mayStart?.(1, view())).toBe(false);
    told.limit = 4;
    expect([limiter.limit, limiter.mayStart?.(2, view())]).toEqual([4, true]);
  });

  it('applies at once while nothing is in flight, and takes fractions for the number that the gate makes of them', () => {
    const told = new Told();
    const limiter = draining(told);
    told.limit = 5.5;
    limiter.tick?.(1000, view());
    expect(limiter.limit).toBe(5);
    limiter.started?.(1001, 1, 0);
    told.limit = 5.9;
    expect(limiter.mayStart?.(1002, view())).toBe(true);
  });

  it("still asks the law's own rule", () => {
    const told = new Told();
    const limiter = draining(told);
    told.limit = 9;
    limiter.tick?.(1000, view());
    expect(limiter.mayStart?.(1001, view())).toBe(false);
    expect(told.asked).toBe(1);
  });
});
