/** When a failed webhook is sent again, ms after its first try; as seen on RunPod's own service. */
export const webhookDelays: readonly number[] = [5_000, 20_000];

/**
 * How long to wait after a failed try, `undefined` when it was the last.
 * @param delivery 1 for the first try
 * @param tookMs how long this try took: a receiver that hangs does not push the next one back
 */
export function nextTry(
  delivery: number,
  tookMs: number,
  delays: readonly number[] = webhookDelays,
): number | undefined {
  const next = delays[delivery - 1];
  if (next === undefined) return undefined;
  return Math.max(0, next - (delays[delivery - 2] ?? 0) - tookMs);
}
