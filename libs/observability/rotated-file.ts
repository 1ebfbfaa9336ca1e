import { mkdir, open, rename, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { FlyballError } from '#libs/core';

/** No record comes near this, bytes. */
const longestLine = 256 * 1024;

export interface RotatedFileOptions {
  readonly path: string;
  readonly maxBytes: number;
  /** Full files kept, `path.1` (newest) to `path.N`. */
  readonly files: number;
}

/**
 * A file of lines that is appended to, and moved on to `path.1` … `path.N` when full. One call at a time. What a full disk
 * or a killed process left of a line is cut off when the file is opened next.
 */
export class RotatedFile {
  readonly #options: RotatedFileOptions;
  #handle: FileHandle | undefined;
  #size = 0;

  constructor(options: RotatedFileOptions) {
    this.#options = options;
  }

  /**
   * @param lines whole lines, each with its line feed
   * @throws Error of the file system; the lines are lost then
   */
  async append(lines: string): Promise<void> {
    const bytes = Buffer.from(lines);
    try {
      let handle = this.#handle ?? (await this.#open());
      if (this.#size > 0 && this.#size + bytes.length > this.#options.maxBytes) {
        await this.close();
        await this.#rotate();
        handle = await this.#open();
      }
      for (let sent = 0; sent < bytes.length;) sent += (await handle.write(bytes, sent)).bytesWritten;
      this.#size += bytes.length;
    } catch (error) {
      // Opened anew, the file is repaired, and a disk that came back is found.
      await this.close().catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }

  async #open(): Promise<FileHandle> {
    const { path } = this.#options;
    await mkdir(dirname(path), { recursive: true });
    const handle = await open(path, 'a+');
    this.#handle = handle;
    this.#size = await wholeLines(handle, path);
    return handle;
  }

  async #rotate(): Promise<void> {
    const { path, files } = this.#options;
    for (let number = files; number >= 1; number -= 1) {
      const from = number === 1 ? path : `${path}.${number - 1}`;
      await rename(from, `${path}.${number}`).catch(unlessMissing);
    }
  }
}

const lineStart = '{"v":1,"seq":';

/**
 * Cuts an unfinished last line off; answers with the size.
 * @throws {FlyballError} NOT_A_DECISION_LOG when it ends in what was never a line of ours: a mistyped path costs no file
 */
async function wholeLines(handle: FileHandle, path: string): Promise<number> {
  const stat = await handle.stat();
  if (!stat.isFile() || stat.size === 0) return 0;
  const start = Math.max(0, stat.size - longestLine);
  const tail = Buffer.alloc(stat.size - start);
  await handle.read(tail, 0, tail.length, start);
  const unfinished = tail.lastIndexOf('\n') + 1;
  if (unfinished === tail.length) return stat.size;
  // Only what a killed process leaves of a line of ours: it begins as they all do.
  const begun = tail.subarray(unfinished).toString('utf8');
  const isOurs = begun.startsWith(lineStart) || lineStart.startsWith(begun);
  if (!isOurs || (unfinished === 0 && start > 0)) {
    throw new FlyballError('NOT_A_DECISION_LOG', `${path} holds something else. Name another file in DECISION_LOG.`);
  }
  await handle.truncate(start + unfinished);
  return start + unfinished;
}

function unlessMissing(error: unknown): void {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return;
  throw error;
}
