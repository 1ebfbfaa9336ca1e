import { open, type FileHandle } from 'node:fs/promises';
import { encodeEnd, encodePut, type Put } from './segment.ts';
import { flushFolder, newSegment, readBody, readSegments, removeSegment } from './segment-files.ts';
import type { FoundSegments, Segment, Stored } from './segment-files.ts';

/** Buffers to append; `put` is told where it came to lie. */
interface Append {
  readonly buffers: readonly Buffer[];
  readonly bytes: number;
  readonly put?: {
    readonly put: Put;
    readonly resolve: (stored: Stored) => void;
    readonly reject: (error: unknown) => void;
  };
}

const segmentBytes = 16 * 1024 * 1024;
/** One write takes about so much at most: a result is not told late because larger ones came with it. */
const groupBytes = 8 * 1024 * 1024;
/** What is over may take this much of the disk, and as much as what is not. */
const wasteBytes = 64 * 1024 * 1024;

/**
 * Files that are only ever appended to. All results of one turn of the event loop, and those that come while the disk is
 * busy, share one write and one flush, in Node's thread pool. Files are deleted oldest first, so that no end of a result is
 * forgotten before the result; one old result that keeps much behind it alive is written anew.
 */
export class Journal {
  readonly #folder: string;
  readonly #segments: Segment[];
  #handle: FileHandle | undefined;
  #pending: Append[] = [];
  #flushing: Promise<void> | undefined;
  #compacting: Promise<void> | undefined;
  #lastSeq: number;
  #liveBytes = 0;
  #removed: Promise<void> = Promise.resolve();

  private constructor(folder: string, found: FoundSegments) {
    this.#folder = folder;
    this.#segments = [...found.segments];
    this.#lastSeq = found.lastSeq;
    for (const { live } of found.segments) for (const { bytes } of live.values()) this.#liveBytes += bytes;
  }

  static async open(folder: string): Promise<{ readonly journal: Journal; readonly found: FoundSegments }> {
    const found = await readSegments(folder);
    return { journal: new Journal(folder, found), found };
  }

  /** Resolves when the result survives a crash of the operating system. @throws when the disk does not take it */
  put(result: Omit<Put, 'seq'>): Promise<Stored> {
    this.#lastSeq += 1;
    return this.#write({ ...result, seq: this.#lastSeq });
  }

  /** It is over. Forgotten by a crash, it is delivered once more. */
  end(stored: Stored): void {
    if (stored.segment.live.delete(stored.seq)) this.#liveBytes -= stored.bytes;
    const line = encodeEnd(stored.seq);
    this.#append({ buffers: [line], bytes: line.length });
    this.#tidy();
  }

  read(stored: Stored): Promise<Buffer> {
    return readBody(stored);
  }

  /** Writes what has been asked for. */
  async close(): Promise<void> {
    await this.#compacting?.catch(() => undefined);
    await this.#flushing;
    await this.#removed;
    await this.#handle?.close().catch(() => undefined);
    this.#handle = undefined;
  }

  #write(put: Put): Promise<Stored> {
    return new Promise((resolve, reject) => {
      const buffers = encodePut(put);
      const bytes = buffers.reduce((sum, buffer) => sum + buffer.length, 0);
      this.#append({ buffers, bytes, put: { put, resolve, reject } });
    });
  }

  #append(append: Append): void {
    this.#pending.push(append);
    this.#flushing ??= this.#flush();
  }

  async #flush(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#pending.length > 0) await this.#writeGroup(this.#nextGroup());
    this.#flushing = undefined;
  }

  #nextGroup(): readonly Append[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#pending.length && (count === 0 || bytes < groupBytes))
      bytes += this.#pending[count++]?.bytes ?? 0;
    return this.#pending.splice(0, count);
  }

  async #writeGroup(group: readonly Append[]): Promise<void> {
    try {
      const { segment, handle } = await this.#current();
      const bytes = group.reduce((sum, append) => sum + append.bytes, 0);
      const { bytesWritten } = await handle.writev(
        group.flatMap((append) => append.buffers),
        segment.size,
      );
      if (bytesWritten < bytes) throw new Error(`the disk took ${bytesWritten} of ${bytes} bytes: it is full`);
      if (group.some((append) => append.put !== undefined)) await handle.datasync();
      let offset = segment.size;
      segment.size += bytes;
      for (const append of group) {
        if (append.put !== undefined) this.#place(append, segment, offset);
        offset += append.bytes;
      }
    } catch (error) {
      await this.#cutBack();
      // An end that is not written is delivered once more after a restart.
      for (const append of group) append.put?.reject(error);
    }
  }

  #place({ buffers, put }: Append, segment: Segment, offset: number): void {
    if (put === undefined) return;
    const { body, ...facts } = put.put;
    const stored = { ...facts, segment, offset: offset + (buffers[0]?.length ?? 0), bytes: body.length };
    segment.live.set(stored.seq, stored);
    this.#liveBytes += stored.bytes;
    put.resolve(stored);
  }

  async #current(): Promise<{ readonly segment: Segment; readonly handle: FileHandle }> {
    const last = this.#segments.at(-1);
    if (this.#handle !== undefined && last !== undefined && last.size < segmentBytes) {
      return { segment: last, handle: this.#handle };
    }
    await this.#handle?.close();
    this.#handle = undefined;
    const segment = newSegment(this.#folder, (last?.number ?? 0) + 1);
    const handle = await open(segment.path, 'wx');
    try {
      await flushFolder(this.#folder);
    } catch (error) {
      await handle.close().catch(() => undefined);
      await removeSegment(segment);
      throw error;
    }
    this.#segments.push(segment);
    this.#handle = handle;
    this.#tidy();
    return { segment, handle };
  }

  /** After a failed write: the file ends where it was good. One with results in it is not trusted with more. */
  async #cutBack(): Promise<void> {
    const handle = this.#handle;
    const segment = this.#segments.at(-1);
    if (handle === undefined || segment === undefined) return;
    const cut = await handle.truncate(segment.size).then(
      () => true,
      () => false,
    );
    if (cut && segment.size === 0) return;
    this.#handle = undefined;
    await handle.close().catch(() => undefined);
  }

  #tidy(): void {
    for (let [oldest] = this.#segments; oldest !== undefined && this.#isDone(oldest); [oldest] = this.#segments) {
      const empty = oldest;
      this.#segments.shift();
      this.#removed = this.#removed.then(() => removeSegment(empty));
    }
    if (this.#compacting === undefined && this.#wastes()) {
      this.#compacting = this.#rewriteOldest()
        .catch(() => undefined)
        .finally(() => (this.#compacting = undefined));
    }
  }

  /** The last file is the one in use. */
  #isDone(segment: Segment): boolean {
    return segment.live.size === 0 && this.#segments.length > 1;
  }

  #wastes(): boolean {
    if (this.#segments.length < 2) return false;
    const all = this.#segments.reduce((sum, { size }) => sum + size, 0);
    return all > wasteBytes + 2 * this.#liveBytes;
  }

  async #rewriteOldest(): Promise<void> {
    const [oldest] = this.#segments;
    for (const stored of oldest?.live.values() ?? []) {
      const { seq, id, at, meta } = stored;
      const moved = await this.#write({ seq, id, at, meta, body: await readBody(stored) });
      if (oldest?.live.delete(seq) !== true) {
        // It ended meanwhile.
        this.end(moved);
        continue;
      }
      this.#liveBytes -= stored.bytes;
      moved.segment.live.set(seq, stored);
      stored.segment = moved.segment;
      stored.offset = moved.offset;
    }
    this.#tidy();
  }
}
