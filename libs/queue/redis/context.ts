import type { Queue as BullQueue, Worker as BullWorker } from 'bullmq';
import type { Redis } from 'ioredis';
import type { WebhookContent } from '../webhook-body.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Announcements } from './announcements.ts';
import type { Claims } from './claims.ts';
import type { Finished } from './finished.ts';
import type { RedisLease } from './lease.ts';
import type { Names } from './names.ts';
import type { Payload } from './payload.ts';
import type { Scripts } from './scripts.ts';

export interface QueueRules {
  /** Name of the worker that takes. */
  readonly worker: string;
  /** Attempts a job may have. */
  readonly attempts: number;
  /** Jobs that may wait. */
  readonly limit: number;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
  readonly webhookBody: (content: WebhookContent) => string;
}

/** An output is kept as a list of one, so that none and `null` differ. */
export type Result = readonly [] | readonly [unknown];

/** The parts of one open queue, as its operations use them. */
export interface Context {
  /** As given, with its secrets; for messages only through `redis-errors.ts`. */
  readonly url: string;
  readonly redis: Redis;
  readonly names: Names;
  readonly scripts: Scripts;
  readonly bull: BullQueue<Payload, Result>;
  readonly taker: BullWorker<Payload, Result>;
  readonly rules: QueueRules;
  readonly claims: Claims;
  /** Leases handed out here, by job. */
  readonly leases: Map<string, RedisLease>;
  readonly finished: Finished;
  readonly announcements: Announcements;
  /** Where results wait that Redis does not take; absent in a process that runs no jobs. */
  readonly outbox: () => Outbox | undefined;
}

/** A lease of ours is good for this long and renewed three times in it. */
export const leaseMs = 30_000;
