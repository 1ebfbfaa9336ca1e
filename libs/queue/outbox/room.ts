/** How much may be inside at once; whoever finds none waits for it, first come, first served. */
export class Room {
  readonly #maxResults: number;
  readonly #maxBytes: number;
  #results = 0;
  #bytes = 0;
  readonly #waiting: { readonly bytes: number; readonly enter: () => void }[] = [];

  constructor({ maxResults, maxBytes }: { readonly maxResults: number; readonly maxBytes: number }) {
    this.#maxResults = maxResults;
    this.#maxBytes = maxBytes;
  }

  /** Somebody waits, or the next one would. */
  get full(): boolean {
    return this.#waiting.length > 0 || !this.#fits(1);
  }

  /** Resolves inside. */
  async enter(bytes: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(bytes)) return this.take(bytes);
    await new Promise<void>((enter) => this.#waiting.push({ bytes, enter }));
  }

  leave(bytes: number): void {
    this.#results -= 1;
    this.#bytes -= bytes;
    for (let [next] = this.#waiting; next !== undefined && this.#fits(next.bytes); [next] = this.#waiting) {
      this.#waiting.shift();
      this.take(next.bytes);
      next.enter();
    }
  }

  /** From before this start, whatever the bounds are now. */
  take(bytes: number): void {
    this.#results += 1;
    this.#bytes += bytes;
  }

  /** One that is larger than all the room has it to itself. */
  #fits(bytes: number): boolean {
    return this.#results === 0 || (this.#results < this.#maxResults && this.#bytes + bytes <= this.#maxBytes);
  }
}
