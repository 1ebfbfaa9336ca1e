import { describe, expect, it } from 'vitest';
import { stepVelocity } from './velocity.ts';

const gains = { kp: 0.5, ti: 4000, td: 0 };

describe('the velocity form', () => {
  it('starts without a kick: the first update has no proportional part', () => {
    const { p, i, change } = stepVelocity(null, { y: 0.45, error: 0.4, elapsed: 1000, gains });
    expect([p, i, change].map((part) => Number(part.toFixed(4)))).toEqual([0, 0.05, 0.05]);
  });

  it('moves with the change of the error and with its size', () => {
    const first = stepVelocity(null, { y: 0.45, error: 0.4, elapsed: 1000, gains });
    const { p, i } = stepVelocity(first.velocity, { y: 0.65, error: 0.2, elapsed: 1000, gains });
    expect([p, i].map((part) => Number(part.toFixed(4)))).toEqual([-0.1, 0.025]);
  });

  it('winds up nothing: the change is at most a doubling, whatever came before', () => {
    let velocity = null;
    for (let update = 0; update < 50; update += 1) {
      velocity = stepVelocity(velocity, { y: 0, error: 5, elapsed: 1000, gains: { ...gains, kp: 10 } }).velocity;
    }
    const { change } = stepVelocity(velocity, { y: 2, error: -1, elapsed: 1000, gains: { ...gains, kp: 10 } });
    expect(change).toBe(-Math.LN2);
  });

  it('integrates at most three eighths of the error, however long the last update is ago', () => {
    expect(stepVelocity(null, { y: 0.45, error: 0.4, elapsed: 1e9, gains }).i).toBeCloseTo(0.5 * 0.375 * 0.4, 10);
  });

  it('brakes a measurement that accelerates', () => {
    const withD = { ...gains, td: 8000 };
    const first = stepVelocity(null, { y: 0.2, error: 0, elapsed: 1000, gains: withD });
    expect(stepVelocity(first.velocity, { y: 0.6, error: 0, elapsed: 1000, gains: withD }).d).toBeLessThan(0);
  });

  it('has no slope while the clock stands still', () => {
    const still = stepVelocity(null, { y: 0.2, error: 0.1, elapsed: 0, gains: { ...gains, td: 8000 } });
    expect([still.change, still.d]).toEqual([0, 0]);
  });
});
