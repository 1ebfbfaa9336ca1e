import { FlyballError } from '#libs/core';
import type { Delivery, OutboxEntry, OutboxOptions } from './contract.ts';
import { keepDeadLetter } from './dead-letters.ts';
import { Deliveries } from './deliveries.ts';
import { Entry } from './entry.ts';
import type { Journal } from './journal.ts';
import { pause } from './pause.ts';
import { Room } from './room.ts';
import type { FoundSegments } from './segment-files.ts';

/** Failed tries of a result that is refused, before it becomes a dead letter (H6). */
const refusalsAllowed = 5;

/**
 * Finished results that could not be delivered yet, durable on a disk. A result is written first and delivered then; it is
 * forgotten when somebody has taken it, or when nobody wants it any more. Made by {@link openOutbox}.
 */
export class Outbox {
  readonly #options: Required<OutboxOptions>;
  readonly #journal: Journal;
  readonly #unlock: () => void;
  readonly #room: Room;
  readonly #entries = new Map<string, Entry>();
  readonly #deliveries: Deliveries<Entry>;
  readonly #stopped = new AbortController();
  #emptied: (() => void)[] = [];

  constructor(parts: {
    readonly options: Required<OutboxOptions>;
    readonly journal: Journal;
    readonly found: FoundSegments;
    readonly unlock: () => void;
  }) {
    const { options } = parts;
    this.#options = options;
    this.#journal = parts.journal;
    this.#unlock = parts.unlock;
    this.#room = new Room(options);
    const attempt = (entry: Entry): Promise<boolean> => this.#attempt(entry);
    this.#deliveries = new Deliveries({ ...options, attempt });
    for (const { live } of parts.found.segments) for (const stored of live.values()) this.#recover(Entry.found(stored));
  }

  /** Results that nobody has taken yet. */
  get results(): number {
    return this.#entries.size;
  }

  /** Age of the oldest of them, ms; 0 when there is none. */
  get oldestAge(): number {
    const [oldest] = this.#entries.values();
    return oldest === undefined ? 0 : Math.max(0, this.#options.wall() - oldest.at);
  }

  /** No room for another: whoever brings work should bring no more. */
  get full(): boolean {
    return this.#room.full;
  }

  /** Their ids, oldest first. */
  get ids(): Iterable<string> {
    return this.#entries.keys();
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /**
   * Resolves when the result survives kill -9 and the operating system, or has been delivered. Without room it waits for it.
   * While the disk takes nothing, the result is delivered from memory and written as soon as it can be. Of two results with
   * one id the first counts.
   */
  async put({ id, body, meta }: OutboxEntry): Promise<void> {
    if (this.#stopped.signal.aborted) throw closedError(this.#options.folder);
    const first = this.#entries.get(id);
    if (first !== undefined) return first.safe;
    const entry = Entry.made({ id, meta, at: this.#options.wall(), body });
    this.#entries.set(id, entry);
    void this.#room.enter(entry.bytes).then(() => this.#write(entry));
    return entry.safe;
  }

  /** Tries everything now; resolves when all is delivered, or when aborted. */
  async flush(signal: AbortSignal): Promise<void> {
    if (this.#entries.size === 0 || signal.aborted) return;
    this.#deliveries.hurry();
    await new Promise<void>((resolve) => {
      this.#emptied.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** What is not delivered stays on the disk for the next start. */
  async close(): Promise<void> {
    if (this.#stopped.signal.aborted) return;
    this.#stopped.abort();
    await this.#deliveries.stop();
    await this.#journal.close();
    for (const entry of this.#entries.values()) entry.giveUp(closedError(this.#options.folder));
    this.#unlock();
  }

  #recover(entry: Entry): void {
    this.#entries.set(entry.id, entry);
    this.#room.take(entry.bytes);
    this.#deliveries.add(entry);
  }

  /** Again and again until the disk takes it or it is over; meanwhile it is delivered from memory. */
  async #write(entry: Entry): Promise<void> {
    const { folder, report } = this.#options;
    for (let tries = 0; !this.#stopped.signal.aborted && !entry.ended.aborted; tries += 1) {
      try {
        await entry.write(this.#journal);
        if (tries === 0) this.#deliveries.add(entry);
        else report('outbox-disk-back', { id: entry.id, tries });
        return;
      } catch (error) {
        if (tries === 0) {
          report('outbox-disk-failed', { id: entry.id, folder, error: String(error) });
          this.#deliveries.add(entry);
        }
      }
      await pause(Math.min(10_000, 200 * 2 ** tries), AbortSignal.any([this.#stopped.signal, entry.ended]));
    }
  }

  async #attempt(entry: Entry): Promise<boolean> {
    let delivery: Delivery;
    try {
      const body = await entry.read(this.#journal);
      delivery = await this.#options.deliver({ id: entry.id, body, meta: entry.meta }, this.#stopped.signal);
    } catch (error) {
      if (this.#stopped.signal.aborted) return false;
      this.#tried(entry, 'error', String(error));
      return false;
    }
    switch (delivery) {
      case 'accepted':
        this.#options.tried('accepted', entry.id);
        return this.#end(entry, 'accepted');
      case 'gone':
        this.#options.tried('refused', entry.id);
        return this.#end(entry, 'gone');
      case 'refused':
        this.#tried(entry, 'refused', 'refused');
        entry.refusals += 1;
        return entry.refusals >= refusalsAllowed && this.#bury(entry);
      case 'retry':
        this.#tried(entry, 'retried', 'not taken now');
        return false;
    }
  }

  #tried(entry: Entry, result: 'retried' | 'refused' | 'error', error: string): void {
    this.#options.tried(result, entry.id);
    if (entry.tries === 0) this.#options.report('outbox-retry', { id: entry.id, error });
    entry.letGoOfMemory();
  }

  async #bury(entry: Entry): Promise<boolean> {
    try {
      const body = await entry.read(this.#journal);
      const letter = { id: entry.id, meta: entry.meta, body, at: this.#options.wall() };
      const file = await keepDeadLetter(this.#options.folder, letter);
      this.#options.report('outbox-dead-letter', { id: entry.id, file });
      return this.#end(entry, 'dead');
    } catch (error) {
      this.#options.report('outbox-disk-failed', { id: entry.id, error: String(error) });
      return false;
    }
  }

  #end(entry: Entry, how: 'accepted' | 'gone' | 'dead'): true {
    this.#entries.delete(entry.id);
    entry.end(this.#journal);
    this.#room.leave(entry.bytes);
    this.#options.ended(entry.id, how);
    if (this.#entries.size === 0) for (const emptied of this.#emptied.splice(0)) emptied();
    return true;
  }
}

function closedError(folder: string): FlyballError {
  return new FlyballError('QUEUE_UNAVAILABLE', `The outbox "${folder}" has been closed. Start Flyball again.`);
}
