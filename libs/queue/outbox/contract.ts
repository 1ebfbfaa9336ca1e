import type { Meta } from './segment.ts';

/** A finished result to deliver. */
export interface OutboxEntry {
  /** Of two results with one id the first counts. */
  readonly id: string;
  readonly body: Buffer;
  /** Any JSON that the delivery needs beside the body. */
  readonly meta: Meta;
}

/**
 * How one try went. `accepted`: it is somebody else's now. `retry`: not now. `gone`: nobody wants it any more, it is dropped.
 * `refused`: it is at fault itself; after five such tries it becomes a dead letter. To throw is `retry` after an error.
 */
export type Delivery = 'accepted' | 'retry' | 'gone' | 'refused';

/** One try, as a metric counts it. */
export type DeliveryTry = 'accepted' | 'retried' | 'refused' | 'error';

/** What an operator may want in the log. */
export type OutboxNotice =
  /** `{ results }`: found at the start. */
  | 'outbox-recovered'
  /** `{ file, bytes }`: a record that was cut off, as a crash leaves one; it was promised to nobody. */
  | 'outbox-torn'
  /** `{ id, error }`: its first try failed. */
  | 'outbox-retry'
  /** `{ id, error }`: the disk takes nothing; it is delivered from memory, and written as soon as it can be. */
  | 'outbox-disk-failed'
  /** `{ id, tries }` */
  | 'outbox-disk-back'
  /** `{ id, file }`: nobody takes it. */
  | 'outbox-dead-letter';

export interface OutboxOptions {
  /** Made when missing; of one process at a time. */
  readonly folder: string;
  /** One try to deliver. `signal` aborts when the outbox is closed. */
  readonly deliver: (entry: OutboxEntry, signal: AbortSignal) => Promise<Delivery>;
  /** Results it holds at most. */
  readonly maxResults?: number;
  /** Bytes of results it holds at most; a larger one is taken when there is no other. */
  readonly maxBytes?: number;
  /** Deliveries under way at once. */
  readonly parallel?: number;
  /** Pause after the first failed try of a result, doubling, and the longest. ms */
  readonly pauses?: { readonly first: number; readonly most: number };
  /** Wall clock, ms since 1970. */
  readonly wall?: () => number;
  readonly random?: () => number;
  /** Each try. */
  readonly tried?: (result: DeliveryTry, id: string) => void;
  /** A result is over: taken, not wanted, or a dead letter. */
  readonly ended?: (id: string, how: 'accepted' | 'gone' | 'dead') => void;
  readonly report?: (event: OutboxNotice, fields: Readonly<Record<string, unknown>>) => void;
}
