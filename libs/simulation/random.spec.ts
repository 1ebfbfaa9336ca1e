import { describe, expect, it } from 'vitest';
import { Random } from './random.ts';

const draws = 20_000;
const many = (draw: () => number): readonly number[] => Array.from({ length: draws }, draw);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

describe('Random', () => {
  it('repeats itself by seed and differs between seeds', () => {
    const [a, b, c] = [new Random(3), new Random(3), new Random(4)];
    const first = Array.from({ length: 5 }, () => a.uniform());
    expect(Array.from({ length: 5 }, () => b.uniform())).toEqual(first);
    expect(Array.from({ length: 5 }, () => c.uniform())).not.toEqual(first);
  });

  it('keeps a fork apart from its parent', () => {
    const [a, b] = [new Random(3), new Random(3)];
    const fork = a.fork();
    b.fork();
    fork.uniform();
    expect(a.uniform()).toBe(b.uniform());
  });

  it('is uniform, normal and log-normal as it says', () => {
    const random = new Random(1);
    expect(mean(many(() => random.uniform()))).toBeCloseTo(0.5, 1);
    const normal = many(() => random.normal());
    expect(Math.abs(mean(normal))).toBeLessThan(0.03);
    expect(Math.abs(deviation(normal) - 1)).toBeLessThan(0.03);
    const logNormal = many(() => random.logNormal(12, 0.6));
    expect(Math.abs(mean(logNormal) / 12 - 1)).toBeLessThan(0.03);
    expect(Math.abs(deviation(logNormal) / mean(logNormal) - 0.6)).toBeLessThan(0.05);
    expect(Math.abs(mean(many(() => random.speedFactor(0.3))) - 1)).toBeLessThan(0.03);
  });
});
