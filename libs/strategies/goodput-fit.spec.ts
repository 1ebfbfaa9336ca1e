import { describe, expect, it } from 'vitest';
import { fitUsl, timeAt, weakShape, type Point, type Shape, type Usl } from './goodput-fit.ts';

const peaked: Usl = { a: 0.4, b: 0.0043, c: 0.00042 };
const steep: Usl = { a: 12, b: 4.5, c: 1.06 };
const flat: Usl = { a: 0.4, b: 0.011, c: 0 };

const indifferent: Shape = { b: 0, bDeviation: 1e6, c: 0, cDeviation: 1e6 };
const levels = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];

describe('fitUsl', () => {
  it.each([
    ['peaked', peaked],
    ['steep', steep],
    ['flat', flat],
    ['free of any cost', { a: 3, b: 0, c: 0 }],
  ])('finds a %s curve again from what it gives', (_name, truth) => {
    const fit = fitUsl(pointsOf(truth, levels, { each: 10 }), indifferent)!;
    expect([fit.a, fit.b, fit.c]).toEqual([truth.a, truth.b, truth.c].map((term): unknown => expect.closeTo(term, 6)));
  });

  it('comes near it after two hundred jobs even where it was believed to be quite another', () => {
    const fit = fitUsl(pointsOf(steep, [1, 2, 3, 4, 5], { each: 40 }), weakShape)!;
    for (const n of [1, 3, 5]) expect(Math.abs(timeAt(fit, n) / timeAt(steep, n) - 1)).toBeLessThan(0.05);
  });

  it('finds it from noisy jobs as well', () => {
    const points = pointsOf(peaked, [2, 6, 12, 20, 30], { each: 40, noise: [0.7, 0.9, 1, 1.1, 1.3] });
    const fit = fitUsl(points, weakShape)!;
    for (const n of [2, 12, 30]) expect(Math.abs(timeAt(fit, n) / timeAt(peaked, n) - 1)).toBeLessThan(0.05);
  });

  it('never says that more at once makes a job faster', () => {
    const falling = [1, 2, 4, 8].flatMap((n) => pointsOf({ a: 2 / n, b: 0, c: 0 }, [n], { each: 20 }));
    const { b, c } = fitUsl(falling, weakShape)!;
    expect([b, c].every((term) => term >= 0)).toBe(true);
  });

  it('believes the given shape where all jobs ran at one n', () => {
    const shape: Shape = { b: 0.1, bDeviation: 0.01, c: 0.002, cDeviation: 0.0002 };
    const { a, b, c } = fitUsl(pointsOf({ a: 1, b: 0.1, c: 0.002 }, [10], { each: 12 }), shape)!;
    expect([a, b / a, c / a]).toEqual([expect.closeTo(1, 2), expect.closeTo(0.1, 2), expect.closeTo(0.002, 3)]);
  });

  it('is hardly moved by a job that hung', () => {
    const points = pointsOf(peaked, [1, 4, 8, 16], { each: 20 });
    const fit = fitUsl([...points, { n: 4, y: 500, weight: 1 }], weakShape)!;
    expect(Math.abs(timeAt(fit, 8) / timeAt(peaked, 8) - 1)).toBeLessThan(0.05);
  });

  it('asks old jobs less than new ones', () => {
    const old = pointsOf({ a: 2, b: 0, c: 0 }, [1, 4, 8], { each: 20, weight: 0.01 });
    const recent = pointsOf({ a: 1, b: 0, c: 0 }, [1, 4, 8], { each: 20 });
    expect(timeAt(fitUsl([...old, ...recent], weakShape)!, 4)).toBeLessThan(1.1);
  });

  it('says nothing without jobs', () => {
    expect(fitUsl([], weakShape)).toBeUndefined();
  });
});

function pointsOf(
  truth: Usl,
  levels: readonly number[],
  { each, noise = [1], weight = 1 }: { each: number; noise?: readonly number[]; weight?: number },
): readonly Point[] {
  return levels.flatMap((n) =>
    Array.from({ length: each }, (_, index) => ({ n, y: timeAt(truth, n) * noise[index % noise.length]!, weight })),
  );
}
