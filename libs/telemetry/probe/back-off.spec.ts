import { describe, expect, it } from 'vitest';
import { nextRestart } from './back-off.ts';
import { probeSystem } from './probe-system.ts';

const { times } = probeSystem;

describe('the back-off', () => {
  it('doubles from one second to sixty', () => {
    const delays = [0, 1, 2, 5, 6, 7, 2000].map(
      (failuresBefore) => nextRestart({ failuresBefore, livedMs: 10, random: 1 }, times).delayMs,
    );
    expect(delays).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('takes any share of that, so that many workers do not come back at once', () => {
    const of = (random: number) => nextRestart({ failuresBefore: 3, livedMs: 10, random }, times);
    expect([of(0), of(0.25)]).toEqual([
      { failures: 4, delayMs: 0 },
      { failures: 4, delayMs: 2000 },
    ]);
  });

  it('begins anew after a minute of health', () => {
    const of = (livedMs: number) => nextRestart({ failuresBefore: 5, livedMs, random: 1 }, times);
    expect([of(59_999).failures, of(60_000)]).toEqual([6, { failures: 1, delayMs: 1000 }]);
  });
});
