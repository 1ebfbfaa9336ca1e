/**
 * An id as RunPod writes it, `<uuid>-u1` or `sync-<uuid>-u1`: URL-safe, without `,` `/` `$`, at most 64 characters.
 * The UUID is of version 7: ids of later jobs are greater, so that an index on them grows at its end only.
 * @param at ms since 1970
 * @param random 10 random bytes
 */
export function jobId(at: number, random: Uint8Array, sync: boolean): string {
  const time = Math.floor(at).toString(16).padStart(12, '0').slice(-12);
  const rest = [...random.subarray(0, 10)].map((byte, index) => pad(stamp(byte, index))).join('');
  const hex = time + rest;
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  return `${sync ? 'sync-' : ''}${uuid}-u1`;
}

/** RFC 9562: version 7, variant 10. */
function stamp(byte: number, index: number): number {
  if (index === 0) return (byte & 0x0f) | 0x70;
  if (index === 2) return (byte & 0x3f) | 0x80;
  return byte;
}

function pad(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
