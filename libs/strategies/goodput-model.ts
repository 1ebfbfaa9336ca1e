import { sixDigits } from '#libs/core';
import { fitUsl, timeAt, type Point, type Shape, type Usl } from './goodput-fit.ts';
import { freshness, hasTimedOut, type Sample } from './goodput-samples.ts';

export interface Model {
  readonly fit: Usl;
  /** Which measure of a job it explains. */
  readonly by: Measure;
  /** ln(y/ŷ) of the jobs it was made from, oldest first. */
  readonly residuals: readonly number[];
  /** Coefficient of variation of what it leaves unexplained. */
  readonly variation: number;
}

/** A job's service time over its deadline, or over its declared size. */
export type Measure = 'slack' | 'perSize';

export interface ModelOptions {
  readonly t: number;
  readonly shape: Shape;
  readonly memoryMs: number;
  /** Jobs below which there is no model. */
  readonly enough: number;
}

/** Deadlines are what counts, so sizes must tell more of the jobs and tell it better. */
const sizedShare = 0.9;

/** The fit by deadline or by size, whichever leaves less unexplained; undefined with too few jobs. */
export function modelOf(samples: readonly Sample[], options: ModelOptions): Model | undefined {
  const bySlack = modelBy('slack', samples, options);
  const bySize = modelBy('perSize', samples, options);
  if (bySlack === undefined || bySize === undefined) return bySlack ?? bySize;
  const sized = bySize.residuals.length >= sizedShare * bySlack.residuals.length;
  return sized && bySize.variation < bySlack.variation ? bySize : bySlack;
}

function modelBy(by: Measure, samples: readonly Sample[], options: ModelOptions): Model | undefined {
  const { t, shape, memoryMs, enough } = options;
  const points: Point[] = [];
  for (const sample of samples) {
    const y = by === 'slack' ? sample[2] : sample[3];
    if (y !== null && y > 0 && !hasTimedOut(sample))
      points.push({ n: sample[1], y, weight: freshness(sample, t, memoryMs) });
  }
  if (points.length < enough) return undefined;
  const fit = fitUsl(points, shape);
  return fit && { fit, by, ...leftOver(fit, points) };
}

function leftOver(fit: Usl, points: readonly Point[]): Pick<Model, 'residuals' | 'variation'> {
  let [squares, total] = [0, 0];
  const residuals = points.map(({ n, y, weight }) => {
    const ratio = y / timeAt(fit, n);
    squares += weight * (ratio - 1) ** 2;
    total += weight;
    return Math.log(ratio);
  });
  return { residuals, variation: sixDigits(Math.sqrt(squares / total)) };
}
