/** The progress of one job on its way (H9): the latest wins, one request at a time, none after the end. */
export class Progress {
  readonly #send: (text: string) => Promise<void>;
  #latest: string | undefined;
  #sending: Promise<void> | undefined;
  #ended = false;

  /** @param send rejects when it did not arrive; it is then left out */
  constructor(send: (text: string) => Promise<void>) {
    this.#send = send;
  }

  /** @param text JSON; resolves when it, or a later one, has arrived or failed */
  tell(text: string): Promise<void> {
    if (this.#ended) return Promise.resolve();
    this.#latest = text;
    this.#sending ??= this.#sendAll();
    return this.#sending;
  }

  /** Begins no other; resolves when none is under way. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#latest = undefined;
    await this.#sending;
  }

  async #sendAll(): Promise<void> {
    // What is told in one turn of the event loop is one update.
    await Promise.resolve();
    while (this.#latest !== undefined) {
      const text = this.#latest;
      this.#latest = undefined;
      await this.#send(text).catch(() => undefined);
    }
    this.#sending = undefined;
  }
}
