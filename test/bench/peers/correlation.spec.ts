import { describe, expect, it } from 'vitest';
import { Correlation } from './correlation.ts';

function after(pairs: readonly (readonly [number, number])[]): ReturnType<Correlation['add']> {
  const correlation = new Correlation();
  let last = { r: 0, variation: 0 };
  for (const [x, y] of pairs) last = correlation.add(x, y);
  return last;
}

const line = (count: number, y: (x: number) => number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, index) => [index + 1, y(index + 1)] as const);

describe('Correlation', () => {
  it('is 1 along a rising line, −1 along a falling one, and between for what follows only half', () => {
    expect(after(line(20, (x) => 3 * x + 1)).r).toBeCloseTo(1, 9);
    expect(after(line(20, (x) => 100 - x)).r).toBeCloseTo(-1, 9);
    const half = after(line(20, (x) => (x % 2 === 0 ? x : 10))).r;
    expect(half).toBeGreaterThan(0.5);
    expect(half).toBeLessThan(0.9);
  });

  it('says nothing of fewer than 10 pairs, nor of what hardly varies', () => {
    expect(after(line(9, (x) => x)).r).toBe(0);
    expect(after(line(20, (x) => 1000 + x / 10)).r).toBe(0);
  });

  it('forgets all but the last 50', () => {
    expect(after([...line(50, (x) => -x), ...line(50, (x) => x)]).r).toBeCloseTo(1, 9);
  });
});
