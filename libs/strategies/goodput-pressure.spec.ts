import { anObservation } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { goalOf } from './goodput-goal.ts';
import { addWait, isPressed, pressedRates } from './goodput-pressure.ts';

describe('addWait', () => {
  it('learns the share of the deadline that jobs wait, up fast and down slowly', () => {
    const up = addWait(0, waiting(500));
    expect(up).toBeGreaterThan(0.1);
    expect(addWait(up, waiting(0))).toBeGreaterThan(0.9 * up);
  });

  it('stays where nobody tells how long jobs wait', () => {
    expect(addWait(0.3, anObservation())).toBe(0.3);
  });

  it('forgets while the queue is empty', () => {
    expect(addWait(0.3, anObservation({ queue: { waiting: 0, oldest: 0 } }))).toBeLessThan(0.3);
  });
});

describe('isPressed', () => {
  it('holds for waits of the order of the deadline, not for a backlog of hours', () => {
    expect([0, 0.5, 1, 20].map(isPressed)).toEqual([false, true, true, false]);
  });
});

describe('pressedRates', () => {
  const fit = { a: 1, b: 0.02, c: 0 };
  const jobs = [0.3, 0.5, 0.7, 0.9].map((slack) => [0, 1, slack, null] as const);
  const goal = goalOf(fit, jobs, { t: 0, most: 200, memoryMs: 400_000 });
  const rates = pressedRates(goal, 10);

  it('asks for throughput above the limit for deadlines, never below', () => {
    expect(rates.slice(0, 9).every((rate) => rate === 0)).toBe(true);
    expect(rates[60]).toBeGreaterThan(rates[20]!);
    expect(rates[60]).toBeCloseTo(61 / (1 + 0.02 * 60), 3);
  });

  it('does not go where next to nothing is on time', () => {
    expect(rates[180]).toBe(0);
  });
});

/** Jobs of 500 ms with a deadline of 1 s that waited so long. */
function waiting(p50: number): ReturnType<typeof anObservation> {
  const service = { mean: 500, p50: 500, p90: 500, p95: 500 };
  return anObservation({ service, slack: { p50: 0.5, p90: 0.5 }, wait: { p50, p95: p50 } });
}
