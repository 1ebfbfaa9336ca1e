import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream into lines of UTF-8. Of a line longer than the limit it keeps the limit and one character more. */
export class Lines {
  readonly #limit: number;
  readonly #onLine: (line: string) => void;
  readonly #decoder = new StringDecoder('utf8');
  #begun = '';

  /** `limit`: characters */
  constructor(limit: number, onLine: (line: string) => void) {
    this.#limit = limit;
    this.#onLine = onLine;
  }

  /** The line that has begun is too long already: its end need not be waited for. */
  get overflows(): boolean {
    return this.#begun.length > this.#limit;
  }

  push(data: Buffer): void {
    const pieces = this.#decoder.write(data).split('\n');
    const rest = pieces.pop() ?? '';
    for (const piece of pieces) {
      this.#keep(piece);
      this.#emit();
    }
    this.#keep(rest);
  }

  /** The stream is over: what came without a newline is a line too. */
  end(): void {
    if (this.#begun !== '') this.#emit();
  }

  #keep(text: string): void {
    if (!this.overflows) this.#begun = (this.#begun + text).slice(0, this.#limit + 1);
  }

  #emit(): void {
    const line = this.#begun;
    this.#begun = '';
    this.#onLine(line);
  }
}
