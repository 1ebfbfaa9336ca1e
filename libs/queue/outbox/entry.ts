import type { FlyballError } from '#libs/core';
import type { Journal } from './journal.ts';
import type { Meta } from './segment.ts';
import type { Stored } from './segment-files.ts';

/** One result on its way. Its body is in memory until it is on the disk and a first try has failed. */
export class Entry {
  readonly id: string;
  readonly meta: Meta;
  /** Wall clock, ms since 1970. */
  readonly at: number;
  readonly bytes: number;
  /** Tries that failed, and those of them in which it was refused. */
  tries = 0;
  refusals = 0;
  readonly #safe = Promise.withResolvers<void>();
  readonly #ended = new AbortController();
  #body: Buffer | undefined;
  #stored: Stored | undefined;

  private constructor(facts: Pick<Entry, 'id' | 'meta' | 'at' | 'bytes'>) {
    this.id = facts.id;
    this.meta = facts.meta;
    this.at = facts.at;
    this.bytes = facts.bytes;
    this.#safe.promise.catch(() => undefined);
  }

  static made({ body, ...facts }: Pick<Entry, 'id' | 'meta' | 'at'> & { readonly body: Buffer }): Entry {
    const entry = new Entry({ ...facts, bytes: body.length });
    entry.#body = body;
    return entry;
  }

  static found(stored: Stored): Entry {
    const entry = new Entry(stored);
    entry.#stored = stored;
    entry.#safe.resolve();
    return entry;
  }

  /** Resolves when it is on the disk, or over. */
  get safe(): Promise<void> {
    return this.#safe.promise;
  }

  /** Aborts when it is over. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  /** @throws when the disk does not take it */
  async write(journal: Journal): Promise<void> {
    const { id, at, meta } = this;
    const stored = await journal.put({ id, at, meta, body: this.#body ?? Buffer.alloc(0) });
    if (this.#ended.signal.aborted) return journal.end(stored);
    this.#stored = stored;
    this.#safe.resolve();
  }

  /** @throws when the disk does not give it back */
  async read(journal: Journal): Promise<Buffer> {
    if (this.#body !== undefined) return this.#body;
    return this.#stored === undefined ? Buffer.alloc(0) : journal.read(this.#stored);
  }

  /** It may have to wait for long. */
  letGoOfMemory(): void {
    if (this.#stored !== undefined) this.#body = undefined;
  }

  end(journal: Journal): void {
    this.#ended.abort();
    this.#safe.resolve();
    if (this.#stored !== undefined) journal.end(this.#stored);
  }

  /** The outbox closes before it is on the disk. */
  giveUp(error: FlyballError): void {
    this.#safe.reject(error);
  }
}
