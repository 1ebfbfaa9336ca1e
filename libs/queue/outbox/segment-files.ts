import { open, readdir, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { scanSegment, type FoundPut } from './segment.ts';

/** A result that is on the disk. */
export interface Stored extends FoundPut {
  segment: Segment;
  offset: number;
}

/** One file, and which of its results are not over. */
export interface Segment {
  readonly number: number;
  readonly path: string;
  size: number;
  readonly live: Map<number, Stored>;
}

export interface FoundSegments {
  /** Oldest first. */
  readonly segments: readonly Segment[];
  /** The highest `seq` ever found. */
  readonly lastSeq: number;
  /** Files with bytes behind their last whole record. */
  readonly torn: readonly { readonly file: string; readonly bytes: number }[];
}

const suffix = '.log';

export function newSegment(folder: string, number: number): Segment {
  const path = join(folder, `${String(number).padStart(8, '0')}${suffix}`);
  return { number, path, size: 0, live: new Map() };
}

/** Reads all files of the folder. A result that was written twice lives where it was written last. */
export async function readSegments(folder: string): Promise<FoundSegments> {
  const numbers = (await readdir(folder)).flatMap((name) =>
    /^\d{8}\.log$/.test(name) ? [Number.parseInt(name, 10)] : [],
  );
  const segments: Segment[] = [];
  const places = new Map<number, Segment>();
  const torn: { file: string; bytes: number }[] = [];
  let lastSeq = 0;
  for (const number of numbers.toSorted((a, b) => a - b)) {
    const segment = newSegment(folder, number);
    const data = await readFile(segment.path);
    const { puts, ends, good } = scanSegment(data);
    segment.size = data.length;
    if (good < data.length) torn.push({ file: segment.path, bytes: data.length - good });
    for (const put of puts) {
      places.get(put.seq)?.live.delete(put.seq);
      places.set(put.seq, segment);
      segment.live.set(put.seq, { ...put, segment });
      lastSeq = Math.max(lastSeq, put.seq);
    }
    for (const seq of ends) {
      places.get(seq)?.live.delete(seq);
      lastSeq = Math.max(lastSeq, seq);
    }
    segments.push(segment);
  }
  return { segments, lastSeq, torn };
}

/** @throws when the file is gone or shorter than it was */
export async function readBody({ segment, offset, bytes }: Stored): Promise<Buffer> {
  const handle = await open(segment.path, 'r');
  try {
    const body = Buffer.allocUnsafe(bytes);
    const { bytesRead } = await handle.read(body, 0, bytes, offset);
    if (bytesRead < bytes) throw new Error(`${segment.path} ended ${bytes - bytesRead} bytes too early`);
    return body;
  } finally {
    await handle.close();
  }
}

/** A file that stays is read again at the next start, and its results are delivered once more, which changes nothing. */
export async function removeSegment(segment: Segment): Promise<void> {
  await unlink(segment.path).catch(() => undefined);
}

/** The name of a new file survives the operating system only when its folder is flushed too. */
export async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Some network file systems do not flush folders.
    if (!(error instanceof Error && 'code' in error && error.code === 'EINVAL')) throw error;
  } finally {
    await handle.close();
  }
}
