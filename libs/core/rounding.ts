/** 10^0 … 10^20: a look-up costs a tenth of a power, and every period rounds some dozens of numbers. */
const powers = Array.from({ length: 21 }, (_, exponent) => Number(`1e${exponent}`));

/** Six significant digits: what a measured number is worth, and short in a record. */
export function sixDigits(value: number): number {
  // Counts and most limits: nothing to round.
  if (Number.isInteger(value) && value < 1e6 && value > -1e6) return value;
  if (!Number.isFinite(value)) return value;
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  // Beyond ±15 the scale itself is no longer exact.
  if (magnitude > 15 || magnitude < -15) return Number(value.toPrecision(6));
  if (magnitude >= 5) {
    const scale = powers[magnitude - 5] ?? 1;
    return Math.round(value / scale) * scale;
  }
  const scale = powers[5 - magnitude] ?? 1;
  return Math.round(value * scale) / scale;
}

/** Times on the worker's clock, to the microsecond: six digits would blur them after some hours. */
export function microseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
