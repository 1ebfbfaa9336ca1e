const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The header's value when it is a valid W3C trace context, else nothing: a client must not write into our traces at will. */
export function validTraceparent(header: unknown): string | undefined {
  return typeof header === 'string' && pattern.test(header) ? header : undefined;
}

/** W3C lets a hop drop a longer one. */
const longestState = 512;
/** Printable ASCII: what may stand in a header again. */
const stateForm = /^[\x20-\x7e]+$/;

/** The header's value when it may be passed on, else nothing. */
export function validTracestate(header: unknown): string | undefined {
  return typeof header === 'string' && header.length <= longestState && stateForm.test(header) ? header : undefined;
}

/**
 * A new, unsampled trace context.
 * @param random 24 random bytes
 */
export function newTraceparent(random: Uint8Array): string {
  const hex = [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `00-${hex.slice(0, 32)}-${hex.slice(32, 48)}-00`;
}
