const newline = 10;

/** Cuts a byte stream into lines of UTF-8; of a line longer than the limit it keeps the beginning. */
export class LineSplitter {
  readonly #limitBytes: number;
  readonly #onLine: (line: string, bytes: number) => void;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(limitBytes: number, onLine: (line: string, bytes: number) => void) {
    this.#limitBytes = limitBytes;
    this.#onLine = onLine;
  }

  push(data: Buffer): void {
    let from = 0;
    for (let at = data.indexOf(newline); at >= 0; at = data.indexOf(newline, from)) {
      this.#keep(data.subarray(from, at));
      this.#emit();
      from = at + 1;
    }
    this.#keep(data.subarray(from));
  }

  /** The stream is over: what came without a newline is a line too. */
  end(): void {
    if (this.#bytes > 0) this.#emit();
  }

  #keep(data: Buffer): void {
    const room = this.#limitBytes - this.#bytes;
    this.#bytes += data.length;
    if (room > 0 && data.length > 0) this.#parts.push(data.subarray(0, room));
  }

  #emit(): void {
    const line = Buffer.concat(this.#parts).toString('utf8');
    const bytes = this.#bytes;
    this.#parts = [];
    this.#bytes = 0;
    this.#onLine(line, bytes);
  }
}
