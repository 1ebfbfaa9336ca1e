/** How one take ended. `held`: it waited for a second or more before it answered without jobs. */
export type TakeEnd =
  | { readonly kind: 'jobs' }
  | { readonly kind: 'none'; readonly held: boolean }
  | { readonly kind: 'busy'; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'refused' }
  | { readonly kind: 'failed' };

/** An answer that came later than this has been held by the platform: it may be asked again at once. */
export const heldMs = 1000;
const busyMs = 5000;
const longestBusyMs = 300_000;
const refusedMs = 30_000;
const firstFailureMs = 1000;
const longestFailureMs = 30_000;

/**
 * How long to wait before the next take (H4), ms. None without work: 0.5–1 s. 429: what it says, 5 s at least. Failures:
 * 1–30 s, doubling. A key that is refused: 30 s.
 * @param failures in a row, this one included
 * @param random 0..1
 */
export function pauseAfter(end: TakeEnd, failures: number, random: number): number {
  switch (end.kind) {
    case 'jobs':
      return 0;
    case 'none':
      return end.held ? 0 : 500 + 500 * random;
    case 'busy':
      return Math.min(longestBusyMs, Math.max(busyMs, end.retryAfterMs ?? 0));
    case 'refused':
      return refusedMs;
    case 'failed': {
      const longest = Math.min(longestFailureMs, firstFailureMs * 2 ** Math.min(failures, 10));
      return Math.max(firstFailureMs, longest * (0.5 + 0.5 * random));
    }
  }
}

/** `Retry-After` as seconds or as a date, in ms from now. */
export function retryAfter(header: unknown, wall: number): number | undefined {
  if (typeof header !== 'string' || header.trim() === '') return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, 1000 * seconds);
  const at = Date.parse(header);
  return Number.isNaN(at) ? undefined : Math.max(0, at - wall);
}
