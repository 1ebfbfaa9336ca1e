/**
 * A 64-bit checksum of a text as 16 hex digits: FNV-1a twice, from two offsets. It finds an altered character; it is no
 * protection against someone who means to deceive.
 */
export function digestOf(text: string): string {
  let first = 0x811c9dc5;
  let second = 0x9747b28c;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    first = Math.imul(first ^ unit, 0x01000193);
    second = Math.imul(second ^ unit, 0x01000193) ^ (second >>> 15);
  }
  return hex(first) + hex(second);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, '0');
}
