/** Six significant digits: what a measured number is worth, and short in a record. */
export function sixDigits(value: number): number {
  if (value === 0 || !Number.isFinite(value)) return value;
  const magnitude = Math.floor(Math.log10(Math.abs(value)));
  // Beyond ±15 the scale itself is no longer exact.
  if (magnitude > 15 || magnitude < -15) return Number(value.toPrecision(6));
  if (magnitude >= 5) {
    const scale = 10 ** (magnitude - 5);
    return Math.round(value / scale) * scale;
  }
  const scale = 10 ** (5 - magnitude);
  return Math.round(value * scale) / scale;
}

/** Times on the worker's clock, to the microsecond: six digits would blur them after some hours. */
export function microseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
