export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Which bound shaped the limit. */
export const boundBits = ['none', 'min', 'max', 'step-up', 'step-down'] as const;
export type BoundBit = (typeof boundBits)[number];

export interface Bounded extends Bounds {
  readonly in: number;
  readonly out: number;
  readonly bit: BoundBit;
}

/**
 * min ≤ L ≤ max, and one move ≤ max(L+1, 2L) upwards and ≥ 0.5·L downwards, so that no law can leap on one period's
 * numbers. An explicit limit (a person's) has no step limits, and its 0 means pause.
 */
export function applyBounds(wanted: number, inForce: number, bounds: Bounds, explicit: boolean): Bounded {
  if (explicit && wanted === 0) return { ...bounds, in: wanted, out: 0, bit: 'none' };
  const [stepped, step] = explicit ? [wanted, 'none' as const] : oneMove(wanted, inForce);
  if (stepped < bounds.min) return { ...bounds, in: wanted, out: bounds.min, bit: 'min' };
  if (stepped > bounds.max) return { ...bounds, in: wanted, out: bounds.max, bit: 'max' };
  return { ...bounds, in: wanted, out: stepped, bit: step };
}

/** As far as one move may go: ≤ max(L+1, 2L) upwards and ≥ 0.5·L downwards. */
export function oneMove(wanted: number, inForce: number): readonly [number, BoundBit] {
  const highest = Math.max(inForce + 1, 2 * inForce);
  const lowest = 0.5 * inForce;
  if (wanted > highest) return [highest, 'step-up'];
  if (wanted < lowest) return [lowest, 'step-down'];
  return [wanted, 'none'];
}
