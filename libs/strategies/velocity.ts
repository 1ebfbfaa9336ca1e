/**
 * The PID controller in velocity form, on u = ln L: it answers how much u should move, so nothing winds up and every
 * switch is bumpless. ln L schedules the gain, since d ln R / d ln n stays within 0..1 while dR/dn varies 10 to 100 times.
 *
 *     Δu = KP·[ (e_k − e_{k−1}) + (Δ/T_I)·e_k − (T_D/Δ)·(f_k − 2f_{k−1} + f_{k−2}) ],   f = EMA of y, time constant T_D/8
 */
export interface Velocity {
  readonly error: number;
  /** Filtered measurements of the last two updates. */
  readonly filtered: readonly [last: number, before: number];
}

export interface Gains {
  readonly kp: number;
  /** ms; both. */
  readonly ti: number;
  readonly td: number;
}

export interface Update {
  readonly velocity: Velocity;
  /** Wanted change of ln L, within ±ln 2: at most a doubling or a halving. */
  readonly change: number;
  readonly p: number;
  readonly i: number;
  readonly d: number;
}

/**
 * A step that follows more than 3/8 of T_I after the last would overshoot what it has not yet seen: where a period is
 * longer than a service time, the period is the loop's delay.
 */
const longestShare = 0.375;

/** `y` the measurement, `error` its distance to the set point, `elapsed` ms since the last update. */
export function stepVelocity(
  before: Velocity | null,
  {
    y,
    error,
    elapsed,
    gains,
  }: { readonly y: number; readonly error: number; readonly elapsed: number; readonly gains: Gains },
): Update {
  const e = Math.min(1, Math.max(-1, error));
  const last = before ?? { error: e, filtered: [y, y] as const };
  const share = gains.td > 0 ? 1 - Math.exp((-8 * elapsed) / gains.td) : 1;
  const filtered = last.filtered[0] + share * (y - last.filtered[0]);
  const p = gains.kp * (e - last.error);
  const i = gains.kp * Math.min(longestShare, elapsed / gains.ti) * e;
  // A clock that stands still has no slope.
  const d = elapsed > 0 ? -gains.kp * (gains.td / elapsed) * (filtered - 2 * last.filtered[0] + last.filtered[1]) : 0;
  return {
    velocity: { error: e, filtered: [filtered, last.filtered[0]] },
    change: Math.min(Math.LN2, Math.max(-Math.LN2, p + i + d)),
    p,
    i,
    d,
  };
}
