import { describe, expect, it } from 'vitest';
import { Growth, type Interval } from './guard-growth.ts';

/** Wavers around 0 with period 7, and adds up to 0. */
const wavering = [0.3, -0.5, 0.1, 0.4, -0.2, -0.4, 0.3];

/** Intervals as they follow from γ, with `noise` where jobs came or went. */
function intervals(share: number, { changed, noise = 0 }: { readonly changed: number; readonly noise?: number }) {
  return Array.from({ length: 2000 }, (_, index): Interval => {
    const aged = 0.5 + 0.3 * Math.sin(index);
    const waver = noise * wavering[index % wavering.length]!;
    return { moved: share * (aged - changed / 2) + waver * Math.sqrt(changed), aged, changed };
  });
}

function learn(...told: readonly Interval[]): number {
  const growth = new Growth();
  for (const interval of told) growth.learn(interval);
  return growth.share;
}

describe('the growth of jobs', () => {
  it('is a half of the mean footprint before anything is known', () => {
    expect(new Growth().share).toBe(0.5);
  });

  it.each([0, 0.3, 0.8, 1.4])('is found exactly where nobody comes or goes (%d)', (share) => {
    expect(learn(...intervals(share, { changed: 0 }))).toBeCloseTo(share, 2);
  });

  it.each([0.2, 1])('is found through the noise of those who come and go (%d)', (share) => {
    expect(Math.abs(learn(...intervals(share, { changed: 4, noise: 0.5 })) - share)).toBeLessThan(0.05);
  });

  it('is told by one quiet interval more than by a busy one', () => {
    const quiet = learn({ moved: 1, aged: 1, changed: 0 });
    const busy = learn({ moved: 1, aged: 3, changed: 4 });
    expect(quiet).toBeGreaterThan(0.9);
    expect(busy).toBeLessThan(0.8);
  });

  it('is believed anew when it changes', () => {
    expect(learn(...intervals(1.2, { changed: 0 }), ...intervals(0.1, { changed: 0 }))).toBeCloseTo(0.1, 1);
  });

  it('is never negative, nor more than one and a half', () => {
    expect([learn(...intervals(-1, { changed: 0 })), learn(...intervals(9, { changed: 0 }))]).toEqual([0, 1.5]);
  });

  it('is not told by an interval without time, however many', () => {
    const nothing = Array.from({ length: 300_000 }, () => ({ moved: 0, aged: 0, changed: 0 }));
    expect(learn(...intervals(0.8, { changed: 0 }), ...nothing.slice(0, 1000))).toBeCloseTo(0.8, 2);
    const growth = new Growth();
    for (const interval of nothing) growth.learn(interval);
    expect(growth.share).toBe(0.5);
  });

  it('is not told by what is no number', () => {
    expect(learn({ moved: NaN, aged: Infinity, changed: Infinity }, { moved: -Infinity, aged: 0.4, changed: 2 })).toBe(
      0.5,
    );
  });
});
