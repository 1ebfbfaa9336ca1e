/** One frequency of a series: amplitude and phase as a complex number. */
export interface Wave {
  readonly re: number;
  readonly im: number;
}

/** The part of the series that repeats every `period` values (G. Goertzel), over its length. */
export function waveOf(values: readonly number[], period: number): Wave {
  const angle = (2 * Math.PI) / period;
  let last = 0;
  let beforeLast = 0;
  for (const value of values) {
    const next = value + 2 * Math.cos(angle) * last - beforeLast;
    beforeLast = last;
    last = next;
  }
  return {
    re: (last - beforeLast * Math.cos(angle)) / values.length,
    im: (beforeLast * Math.sin(angle)) / values.length,
  };
}

export function magnitude({ re, im }: Wave): number {
  return Math.hypot(re, im);
}

/** Re(a/b). */
export function realQuotient(a: Wave, b: Wave): number {
  return (a.re * b.re + a.im * b.im) / (b.re ** 2 + b.im ** 2);
}
