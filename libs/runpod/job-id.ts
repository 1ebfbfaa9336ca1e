/**
 * An id as RunPod writes it, `<uuid>-u1` or `sync-<uuid>-u1`: URL-safe, without `,` `/` `$`, at most 64 characters.
 * @param random 16 random bytes
 */
export function jobId(random: Uint8Array, sync: boolean): string {
  const hex = [...random].map((byte, index) => pad(stamp(byte, index))).join('');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  return `${sync ? 'sync-' : ''}${uuid}-u1`;
}

/** RFC 9562 version 4, variant 10. */
function stamp(byte: number, index: number): number {
  if (index === 6) return (byte & 0x0f) | 0x40;
  if (index === 8) return (byte & 0x3f) | 0x80;
  return byte;
}

function pad(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}
