/** What was opened, to be closed in the opposite order; the first close does it all, the next ones wait for it. */
export class Closers {
  readonly #closers: (() => Promise<void>)[] = [];
  #closed: Promise<void> | undefined;

  add(close: () => Promise<void>): void {
    this.#closers.push(close);
  }

  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  /** One that fails does not keep the others open. */
  async #closeAll(): Promise<void> {
    const failures: unknown[] = [];
    for (const close of this.#closers.toReversed()) await close().catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures.length === 1 ? failures[0] : new AggregateError(failures);
  }
}

/** What `open` opens, with the way to stop it; where it fails, what it had opened is closed first. */
export async function stoppable<Opened extends object>(
  open: (closers: Closers) => Promise<Opened>,
): Promise<Opened & { stop(): Promise<void> }> {
  const closers = new Closers();
  try {
    return { ...(await open(closers)), stop: () => closers.close() };
  } catch (error) {
    await closers.close();
    throw error;
  }
}
