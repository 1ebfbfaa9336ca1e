import type { Chunk } from '../contract.ts';
import type { Context } from './context.ts';

/** Read from Redis at once. */
const page = 100;

export async function readChunks(
  { redis, names }: Context,
  id: string,
  maxBytes: number,
): Promise<{ readonly chunks: readonly Chunk[]; readonly more: boolean }> {
  const chunks: Chunk[] = [];
  let bytes = 0;
  let from = '-';
  for (;;) {
    const entries = await redis.xrange(names.chunks(id), from, '+', 'COUNT', page);
    for (const [entry, [, text = 'null']] of entries) {
      bytes += text.length;
      if (chunks.length > 0 && bytes > maxBytes) return { chunks, more: true };
      chunks.push({ seq: Number(entry.split('-')[0]), data: JSON.parse(text) as unknown });
    }
    const last = entries.at(-1)?.[0];
    if (entries.length < page || last === undefined) return { chunks, more: false };
    from = `(${last}`;
  }
}

export async function acknowledgeChunks({ redis, names }: Context, id: string, seq: number): Promise<void> {
  await redis.xtrim(names.chunks(id), 'MINID', `${seq + 1}-0`);
}
