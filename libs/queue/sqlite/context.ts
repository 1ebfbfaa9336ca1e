import type { WebhookContent } from '../webhook-body.ts';
import type { Alarm } from './alarm.ts';
import type { Changes } from './changes.ts';
import type { ForeignLeases } from './foreign-leases.ts';
import type { GroupCommit } from './group-commit.ts';
import type { SqliteLease } from './lease.ts';
import type { Store } from './store.ts';

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

/** The parts of one open queue, as its operations use them. */
export interface Context {
  readonly store: Store;
  readonly group: GroupCommit;
  readonly rules: QueueRules;
  readonly changes: Changes;
  readonly alarm: Alarm;
  /** Held leases by `job.seq`. */
  readonly leases: Map<number, SqliteLease>;
  /** Those of them that have terms. */
  readonly foreign: ForeignLeases;
  /** A webhook has become due. */
  readonly webhookStored: () => void;
}

/** Within a transaction: whoever waits for this job is told after the commit. */
export function changed(context: Context, id: string): void {
  if (context.changes.watched(id)) context.group.after(() => context.changes.notify(id));
}
