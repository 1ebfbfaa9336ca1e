import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { FlyballError } from '#libs/core';
import type { Queue } from '../contract.ts';
import { defaultWebhookBody } from '../webhook-body.ts';
import { connect } from './connection.ts';
import type { WebhookContent } from '../webhook-body.ts';
import { migrate } from './migrate.ts';
import { claimOwnership } from './owner.ts';
import { SqliteQueue } from './queue.ts';
import { unavailable } from './sqlite-errors.ts';
import { Store } from './store.ts';

export interface SqliteQueueOptions {
  /** The file; it and its directory are made when missing. `-wal`, `-shm` and `.owner` files lie beside it. */
  readonly path: string;
  /** One file serves one endpoint. */
  readonly endpoint: string;
  /** Name of the worker that takes from here. */
  readonly worker: string;
  /** Attempts a job may have. */
  readonly attempts: number;
  /** Jobs that may wait before `enqueue` answers QUEUE_FULL. */
  readonly limit: number;
  /** FULL (default): what is committed survives a crash of the operating system. NORMAL: only one of the process. */
  readonly synchronous?: 'FULL' | 'NORMAL';
  /** The file grows no further than this; beyond it the queue is unavailable, as with a full disk. */
  readonly maxFileBytes?: number;
  /** Wall clock, ms since 1970. */
  readonly clock?: () => number;
  /** JSON text to POST; default: status fields, `input` and `webhook`. */
  readonly webhookBody?: (content: WebhookContent) => string;
  /** What an operator may want in the log: `queue-reclaimed { attempts }`, `queue-checkpoint-failed { error }`. */
  readonly report?: (
    event: 'queue-reclaimed' | 'queue-checkpoint-failed',
    fields: Readonly<Record<string, unknown>>,
  ) => void;
}

/**
 * Opens the embedded queue and takes back what a process that died with it had leased.
 * @throws {FlyballError} QUEUE_OWNED, QUEUE_NEWER, QUEUE_FOREIGN, QUEUE_ENDPOINT, QUEUE_UNAVAILABLE
 */
export async function openSqliteQueue(options: SqliteQueueOptions): Promise<Queue> {
  const undo: (() => void)[] = [];
  try {
    return open(options, undo);
  } catch (error) {
    for (const step of undo.toReversed()) step();
    throw unavailable(error, options.path);
  }
}

function open(options: SqliteQueueOptions, undo: (() => void)[]): Queue {
  const now = options.clock ?? Date.now;
  const report = options.report ?? (() => {});
  mkdirSync(dirname(options.path), { recursive: true });
  const disown = claimOwnership(options.path);
  undo.push(disown);
  const { path, synchronous = 'FULL', maxFileBytes } = options;
  const db = connect({ path, ...(maxFileBytes !== undefined && { maxFileBytes }) });
  undo.push(() => db.close());
  migrate(db, path);
  const store = new Store(db, path, synchronous);
  const queue = new SqliteQueue({
    store,
    rules: {
      worker: options.worker,
      attempts: options.attempts,
      limit: options.limit,
      now,
      webhookBody: options.webhookBody ?? defaultWebhookBody,
    },
    report,
    disown,
  });
  const renewedAt = own(store, options.endpoint, now());
  const attempts = queue.start(renewedAt);
  // From here on a lock is waited for off the event loop, by trying again.
  db.exec('PRAGMA busy_timeout = 0');
  if (attempts > 0) report('queue-reclaimed', { attempts });
  return queue;
}

/** Writes this process in as the owner; answers with when the one before it was last alive. */
function own(store: Store, endpoint: string, now: number): number {
  const { statements, path } = store;
  const before = statements.readOwner.get();
  if (before !== undefined && before['endpoint'] !== endpoint) {
    throw new FlyballError(
      'QUEUE_ENDPOINT',
      `The queue file "${path}" belongs to the endpoint "${String(before['endpoint'])}", not to "${endpoint}". ` +
        'Set ENDPOINT_ID to that one, or point QUEUE_URL at another file.',
    );
  }
  store.transact(() => {
    statements.deleteOwner.run();
    statements.insertOwner.run(endpoint, process.pid, now, now);
  });
  return Number(before?.['renewed_at'] ?? 0);
}
