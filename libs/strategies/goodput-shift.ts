import { sixDigits } from '#libs/core';
import { weakShape, type Shape, type Usl } from './goodput-fit.ts';
import type { Sample } from './goodput-samples.ts';

/** The plant has become slower (or faster) by e^`change`, as the newest `newest` jobs tell. */
export interface Shift {
  readonly change: number;
  readonly newest: number;
}

const before = 200;
const enoughBefore = 20;
const least = 0.15;
const deviations = 4;

/**
 * Compares the newest log residuals, as many as the limit but 12 to 60, with the up to 200 before them: the fit explains
 * what n does, so what is left and differs by more than 15 % and 4 standard errors is the plant itself.
 */
export function shiftIn(residuals: readonly number[], limit: number): Shift | undefined {
  const newest = Math.round(Math.min(60, Math.max(12, limit)));
  const fresh = residuals.slice(-newest);
  const old = residuals.slice(-newest - before, -newest);
  if (old.length < enoughBefore) return undefined;
  const change = meanOf(fresh) - meanOf(old);
  const error = Math.sqrt((squaresOf(fresh) + squaresOf(old)) / (fresh.length + old.length - 2) / newest);
  return Math.abs(change) > Math.max(least, deviations * error) ? { change, newest } : undefined;
}

/** The shape that a fit had, to ± 40 %: a plant that slows down keeps it. */
export function shapeOf({ a, b, c }: Usl): Shape {
  const [bShare, cShare] = [sixDigits(b / a), sixDigits(c / a)];
  return {
    b: bShare,
    bDeviation: Math.max(0.4 * bShare, 0.05 * weakShape.bDeviation),
    c: cShare,
    cDeviation: Math.max(0.4 * cShare, 0.05 * weakShape.cDeviation),
  };
}

/** Samples of before the shift with the slack they would have now; what they say of the size is no longer asked. */
export function shifted(samples: readonly Sample[], { change, newest }: Shift): readonly Sample[] {
  const factor = Math.exp(change);
  const from = samples.length - newest;
  return samples.map((sample, index) => {
    const [finish, n, slack, perSize] = sample;
    return index >= from || slack === null ? sample : [finish, n, sixDigits(slack * factor), perSize];
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function squaresOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
}
