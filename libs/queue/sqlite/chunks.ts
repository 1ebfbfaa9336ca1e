import type { Chunk } from '../contract.ts';
import { changed, type Context } from './context.ts';
import type { SqliteLease } from './lease.ts';

/** Within a transaction. Numbers rise and are never reused, also across attempts and restarts. */
export function storeChunk(context: Context, lease: SqliteLease, data: string): void {
  const { tally, statements } = context.store;
  if (lease.over || statements.isLeased.get(lease.seq, lease.job.attempt) === undefined) return;
  tally.lastChunk += 1;
  statements.insertChunk.run(lease.seq, tally.lastChunk, data);
  changed(context, lease.job.id);
}

/** What no client has acknowledged, oldest first: at least one, then up to `maxBytes` of JSON text. */
export function readChunks(
  context: Context,
  id: string,
  maxBytes: number,
): { readonly chunks: readonly Chunk[]; readonly more: boolean } {
  const { statements } = context.store;
  const job = statements.seqOf.get(id)?.['seq'];
  const chunks: Chunk[] = [];
  if (job === undefined) return { chunks, more: false };
  let bytes = 0;
  for (const row of statements.readChunks.iterate(job)) {
    const text = String(row['data']);
    bytes += Buffer.byteLength(text);
    if (chunks.length > 0 && bytes > maxBytes) return { chunks, more: true };
    chunks.push({ seq: Number(row['seq']), data: JSON.parse(text) as unknown });
  }
  return { chunks, more: false };
}

/** Given chunks are forgotten at once. */
export function acknowledgeChunks(context: Context, id: string, seq: number): Promise<void> {
  return context.group.run(() => {
    context.store.statements.acknowledgeChunks.run(id, seq);
  });
}
