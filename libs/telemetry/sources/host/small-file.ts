import { open, type FileHandle } from 'node:fs/promises';

const size = 8192;

/** A kernel file of a few lines, kept open: reading it again is one call instead of four. */
export class SmallFile {
  readonly #handle: FileHandle;
  readonly #buffer = Buffer.alloc(size);

  private constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** `undefined` where the file is not there, or not ours to read. */
  static async open(path: string): Promise<SmallFile | undefined> {
    try {
      return new SmallFile(await open(path, 'r'));
    } catch {
      return undefined;
    }
  }

  /** Its first 8 KiB. Not to be called while a call is under way. */
  async text(): Promise<string> {
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, size, 0);
    return this.#buffer.toString('latin1', 0, bytesRead);
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** The number after `key` at the start of a line, as in `usage_usec 123` or `MemTotal:  456 kB`. */
export function numberAfter(text: string, key: string): number | undefined {
  // A line break before both makes the first line like any other.
  const at = `\n${text}`.indexOf(`\n${key}`);
  if (at < 0) return undefined;
  const value = Number.parseFloat(text.slice(at + key.length, at + key.length + 32));
  return Number.isFinite(value) ? value : undefined;
}
