import { createHash, timingSafeEqual } from 'node:crypto';

export interface ApiKey {
  /** What logs and records show. */
  readonly label: string;
  readonly key: string;
}

/**
 * Finds whose key an `Authorization` header holds, `Bearer KEY` or `KEY`, in a time that does not depend on the keys.
 * Answers with the label, `undefined` for a wrong key; without configured keys everybody is ''.
 */
export function keyCheck(keys: readonly ApiKey[]): (header: string | undefined) => string | undefined {
  if (keys.length === 0) return () => '';
  // Digests have one length, so the comparison tells nothing about the key's.
  const known = keys.map(({ label, key }) => ({ label, digest: digest(key) }));
  return (header) => {
    const given = digest((header ?? '').trim().replace(/^bearer\s+/i, ''));
    return known.reduce<string | undefined>(
      (found, { label, digest }) => (timingSafeEqual(digest, given) ? label : found),
      undefined,
    );
  };
}

function digest(key: string): Buffer {
  return createHash('sha256').update(key).digest();
}
