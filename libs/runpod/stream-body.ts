import type { RunpodStatus } from './status-body.ts';

export interface StreamItem {
  readonly output: unknown;
}

/** The body of `/stream`; `stream` is there in every answer, clients iterate over it unasked. */
export interface StreamBody {
  readonly status: RunpodStatus;
  readonly stream: readonly StreamItem[];
}

/** A stored chunk: one yield of the handler. */
export interface StoredChunk {
  readonly seq: number;
  readonly data: unknown;
}

/** How far a job's chunks have been given: all up to `seq` (none when absent), and the first `pieces` of the one after. */
export interface Given {
  readonly seq?: number;
  readonly pieces: number;
}

/** One answer's worth of chunks, and how far they reach once it is written. */
export interface StreamPart {
  readonly items: readonly StreamItem[];
  readonly given: Given;
  /** The last chunk did not fit whole. */
  readonly cut: boolean;
}

const longestText = 1_000_000;

/**
 * The items of one answer. Texts above 1 MB become several; other JSON is delivered whole.
 * @param chunks what the queue gave for one answer: several, or a single one of any size
 * @param from how many pieces of the first chunk an earlier answer has given
 * @param limit longest run of pieces in one answer (8 of ≤ 1 MB for RunPod's 8 MiB)
 */
export function streamPart(chunks: readonly StoredChunk[], from: Given, limit: number): StreamPart {
  const [first] = chunks;
  if (first === undefined) return { items: [], given: { pieces: from.pieces }, cut: false };
  const all = chunks.flatMap(({ data }) => split(data));
  const rest = all.slice(from.pieces);
  if (chunks.length === 1 && rest.length > limit) {
    return { items: rest.slice(0, limit).map(item), given: { pieces: from.pieces + limit }, cut: true };
  }
  return { items: rest.map(item), given: { seq: (chunks.at(-1) ?? first).seq, pieces: 0 }, cut: false };
}

function item(output: unknown): StreamItem {
  return { output };
}

function split(data: unknown): readonly unknown[] {
  // No text this short can be above the limit: a UTF-16 unit is at most three bytes.
  if (typeof data !== 'string' || data.length * 3 <= longestText) return [data];
  const pieces: string[] = [];
  for (let from = 0; from < data.length;) {
    const to = cutAt(data, from);
    pieces.push(data.slice(from, to));
    from = to;
  }
  return pieces;
}

/** The end of the longest piece of at most 1 MB of UTF-8 that starts at `from` and parts no character. */
function cutAt(text: string, from: number): number {
  let bytes = 0;
  let at = from;
  while (at < text.length) {
    const code = text.codePointAt(at) ?? 0;
    const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    if (bytes + size > longestText) return at;
    bytes += size;
    at += size === 4 ? 2 : 1;
  }
  return at;
}
