/**
 * How much slower each job runs among n: 1 + σ(n−1) + κn(n−1), the Universal Scalability Law (N. Gunther) per job.
 * σ is what jobs queue for, κ what they cost each other.
 */
export interface Curve {
  readonly sigma: number;
  readonly kappa: number;
}

/** Fitted to published measurements: a flat asymptote, a peak near 31, a flat top at once. */
export const curves = {
  A: { sigma: 0.0274, kappa: 0 },
  B: { sigma: 0.0108, kappa: 0.00106 },
  C: { sigma: 0.377, kappa: 0.088 },
} as const satisfies Readonly<Record<string, Curve>>;

export function slowdown(curve: Curve, n: number): number {
  return 1 + curve.sigma * (n - 1) + curve.kappa * n * (n - 1);
}

/** The n with the most jobs per second, √((1−σ)/κ); infinite where more always gives more. */
export function peak(curve: Curve): number {
  return curve.kappa === 0 ? Infinity : Math.sqrt((1 - curve.sigma) / curve.kappa);
}
