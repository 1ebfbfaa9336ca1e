import type { FlyballError } from '#libs/core';
import type { DueWebhook } from '../contract.ts';
import type { Context } from './context.ts';
import { closedError } from './sqlite-errors.ts';

/** A delivery of which nothing was heard is due again after this. */
const forgottenAfterMs = 60_000;

interface Waiter {
  readonly count: number;
  readonly resolve: (due: readonly DueWebhook[]) => void;
  readonly reject: (error: FlyballError) => void;
  readonly signal: AbortSignal;
  readonly abort: () => void;
}

interface WebhookRow {
  readonly job: string;
  readonly url: string;
  readonly body: string;
  readonly traceparent: string | null;
  readonly delivery: number;
}

/** The outbox of webhooks: stored with the job's end, handed out when due, forgotten when done. */
export class Webhooks {
  readonly #context: Context;
  readonly #waiting: Waiter[] = [];
  /** Bodies handed out by job: a job that was retried meanwhile has another, which this delivery does not speak for. */
  readonly #out = new Map<string, string>();
  #closed = false;

  constructor(context: Context) {
    this.#context = context;
  }

  take(count: number, signal: AbortSignal): Promise<readonly DueWebhook[]> {
    if (this.#closed) return Promise.reject(closedError(this.#context.store.path));
    if (signal.aborted || count < 1) return Promise.resolve([]);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = { count, resolve, reject, signal, abort: () => this.#leave(waiter)?.resolve([]) };
      signal.addEventListener('abort', waiter.abort, { once: true });
      this.#waiting.push(waiter);
      this.#context.webhookStored();
    });
  }

  /** Hands out what is due, if someone waits for it; else has itself called when the next one is. */
  look(): void {
    const { group, store, rules, alarm } = this.#context;
    if (this.#closed) return;
    const due = store.statements.nextWebhook.get()?.['due'];
    if (this.#waiting.length === 0 || typeof due !== 'number') return;
    if (due > rules.now()) return alarm.set(due);
    group
      .run(() => this.#serve())
      .then(
        () => this.look(),
        (error: FlyballError) => this.#leave(this.#waiting[0])?.reject(error),
      );
  }

  async done(jobId: string): Promise<void> {
    const body = this.#out.get(jobId);
    this.#out.delete(jobId);
    await this.#context.group.run(() => this.#context.store.statements.deleteWebhook.run(jobId, body ?? null));
  }

  async retry(jobId: string, afterMs: number): Promise<void> {
    const { group, store, rules, alarm } = this.#context;
    await group.run(() => {
      const due = rules.now() + afterMs;
      store.statements.delayWebhook.run(due, jobId, this.#out.get(jobId) ?? null);
      alarm.set(due);
    });
  }

  close(): void {
    this.#closed = true;
    while (this.#waiting.length > 0) this.#leave(this.#waiting[0])?.resolve([]);
  }

  /** Within a transaction. */
  #serve(): void {
    const waiter = this.#waiting[0];
    if (waiter === undefined) return;
    const due = this.#claim(waiter.count);
    if (due.length > 0) this.#context.group.after(() => this.#leave(waiter)?.resolve(due));
  }

  #leave(waiter: Waiter | undefined): Waiter | undefined {
    const index = waiter === undefined ? -1 : this.#waiting.indexOf(waiter);
    if (waiter === undefined || index < 0) return undefined;
    this.#waiting.splice(index, 1);
    waiter.signal.removeEventListener('abort', waiter.abort);
    return waiter;
  }

  #claim(count: number): readonly DueWebhook[] {
    const { statements } = this.#context.store;
    const now = this.#context.rules.now();
    const rows = statements.dueWebhooks.all(now, count) as unknown as readonly WebhookRow[];
    return rows.map((row) => {
      statements.takeWebhook.run(row.delivery + 1, now + forgottenAfterMs, row.job);
      this.#out.set(row.job, row.body);
      return {
        jobId: row.job,
        url: row.url,
        body: row.body,
        ...(row.traceparent !== null && { traceparent: row.traceparent }),
        delivery: row.delivery + 1,
      };
    });
  }
}
