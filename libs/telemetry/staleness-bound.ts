/** Longest that a reading is shown after it was taken: three intervals and a time-out of a read. */
export function stalenessBoundMs(intervalMs: number): number {
  return 3 * intervalMs + Math.max(2000, 2 * intervalMs);
}
