/** Lets a stream run ahead of the store by a bounded number of chunks. */
export class ChunkWindow {
  readonly #size: number;
  #waiting: (() => void) | undefined;
  #unstored = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** One chunk was sent; resolves when one more may be, or when the attempt is stopped. */
  async sent(signal: AbortSignal): Promise<void> {
    this.#unstored += 1;
    if (this.#unstored < this.#size || signal.aborted) return;
    await new Promise<void>((resolve) => {
      this.#waiting = resolve;
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  stored(): void {
    this.#unstored -= 1;
    this.#waiting?.();
    this.#waiting = undefined;
  }
}
