import { Random } from '#libs/simulation';
import { describe, expect, it } from 'vitest';
import { job, jobs, limitsAfter } from './fed-by-hand.ts';
import { NetflixVegas } from './netflix-vegas.ts';
import { PerCompletion } from './sample-law.ts';

const vegas = (start: number): PerCompletion =>
  new PerCompletion(new NetflixVegas({ start, min: 1, max: 64 }, new Random(1)));
const full = { inFlightAtStart: 64 };

/** From 20 on: R0 = 1 s, then one job that took this long. */
function moveAfter(service: number, facts = {}): number {
  const limits = limitsAfter(vegas(20), [job(full), job({ ...full, service, ...facts })]);
  return limits[1]! - limits[0]!;
}

describe('NetflixVegas', () => {
  it('moves by how many jobs seem to queue: 20·(1 − 1000/R)', () => {
    expect(moveAfter(1000)).toBe(6);
    expect(moveAfter(1052)).toBe(6);
    expect(moveAfter(1111)).toBe(1);
    expect(moveAfter(1150)).toBe(0);
    expect(moveAfter(1400)).toBe(0);
    expect(moveAfter(1500)).toBe(-1);
  });

  it('gives way by one for a drop, however quick it was, and holds a limit of which less than half was used', () => {
    expect(moveAfter(1000, { late: true })).toBe(-1);
    expect(moveAfter(1000, { inFlightAtStart: 9 })).toBe(0);
  });

  it('takes a quicker job for the new least service time, and does not move on it', () => {
    const limits = limitsAfter(vegas(20), [job(full), job({ ...full, service: 500 }), job({ ...full, service: 1000 })]);
    expect(limits).toEqual([20, 20, 19]);
  });

  it('measures the least service time anew after 15·L to 30·L samples, under whatever load there is', () => {
    // Least 1 s, then 4 s for ever: at 8 six jobs seem to queue, which holds, until 4 s counts as an idle device.
    const limits = limitsAfter(vegas(8), [job(full), ...jobs(241, { ...full, service: 4000 })]);
    const rose = limits.findIndex((limit) => limit !== 8);
    expect(rose).toBeGreaterThanOrEqual(120);
    expect(rose).toBeLessThanOrEqual(241);
    expect(limits[rose]).toBe(14);
  });
});
