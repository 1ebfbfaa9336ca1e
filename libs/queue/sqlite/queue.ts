import type { Lease, LeaseTerms, QueueDepth } from '#libs/core';
import type { Chunk, DueWebhook, JobCounters, JobView, NewJob, Queue } from '../contract.ts';
import { Alarm } from './alarm.ts';
import { Changes } from './changes.ts';
import { acknowledgeChunks, readChunks } from './chunks.ts';
import { Checkpoints } from './checkpoints.ts';
import { cancel, find, purge, retry, setTtl } from './commands.ts';
import type { Context, QueueRules } from './context.ts';
import { oldestAge } from './depth.ts';
import { enqueue } from './enqueue.ts';
import { ForeignLeases, lateSuccess } from './foreign-leases.ts';
import { GroupCommit } from './group-commit.ts';
import type { SqliteLease } from './lease.ts';
import { reclaim } from './reclaim.ts';
import { Renewal } from './renewal.ts';
import { closedError, unavailable } from './sqlite-errors.ts';
import type { Store } from './store.ts';
import { sweep } from './sweep.ts';
import { Takers } from './takers.ts';
import { Webhooks } from './webhooks.ts';

/** Moments that are closer than this are seen to together. */
const shortestPauseMs = 10;

export interface QueueParts {
  readonly store: Store;
  readonly rules: QueueRules;
  readonly report: (
    event: 'queue-reclaimed' | 'queue-checkpoint-failed',
    fields: Readonly<Record<string, unknown>>,
  ) => void;
  /** Lets another process have the file. */
  readonly disown: () => void;
}

/** The embedded queue: wires the parts and forwards each call to the file that has its idea. */
export class SqliteQueue implements Queue {
  readonly #parts: QueueParts;
  readonly #context: Context;
  readonly #takers: Takers;
  readonly #webhooks: Webhooks;
  readonly #renewal: Renewal;
  readonly #checkpoints: Checkpoints;
  #closing: Promise<void> | undefined;
  #closed = false;

  constructor(parts: QueueParts) {
    const { store, rules, report } = parts;
    this.#parts = parts;
    this.#takers = new Takers(() => this.#context);
    const group = new GroupCommit(store, {
      claims: {
        wanted: () => this.#takers.wanted(),
        apply: () => this.#takers.claim(),
        resolve: (leases: readonly SqliteLease[]) => this.#takers.deliver(leases),
        reject: (error) => this.#takers.fail(error),
      },
      committed: () => this.#committed(),
    });
    const alarm = new Alarm(rules.now, () => this.#ring());
    this.#context = {
      store,
      rules,
      group,
      alarm,
      changes: new Changes(),
      leases: new Map(),
      foreign: new ForeignLeases(() => this.#context),
      webhookStored: () => this.#ring(),
    };
    this.#webhooks = new Webhooks(this.#context);
    this.#renewal = new Renewal(this.#context);
    this.#checkpoints = new Checkpoints({
      path: store.path,
      hold: () => group.hold(),
      release: () => group.release(),
      report,
    });
  }

  /** Takes back what a dead process held. Answers with how many attempts were lost. */
  start(renewedAt: number): number {
    const reclaimed = this.#context.store.transact(() => reclaim(this.#context, renewedAt));
    this.#ring();
    return reclaimed;
  }

  enqueue(job: NewJob): Promise<JobView> {
    return enqueue(this.#context, job);
  }

  get(id: string): Promise<JobView | undefined> {
    return this.#read(() => find(this.#context, id));
  }

  changed(id: string, signal: AbortSignal): Promise<void> {
    return this.#context.changes.next(id, signal);
  }

  cancel(id: string): Promise<JobView | undefined> {
    return this.#context.group.run(() => cancel(this.#context, id));
  }

  retry(id: string): Promise<{ readonly retried: boolean; readonly job: JobView } | undefined> {
    return this.#context.group.run(() => retry(this.#context, id));
  }

  setTtl(id: string, ttl: number): Promise<void> {
    return this.#context.group.run(() => setTtl(this.#context, id, ttl));
  }

  purge(): Promise<number> {
    return purge(this.#context);
  }

  chunks(id: string, maxBytes: number): Promise<{ readonly chunks: readonly Chunk[]; readonly more: boolean }> {
    return this.#read(() => readChunks(this.#context, id, maxBytes));
  }

  acknowledgeChunks(id: string, seq: number): Promise<void> {
    return acknowledgeChunks(this.#context, id, seq);
  }

  take(count: number, signal: AbortSignal, terms?: LeaseTerms): Promise<readonly Lease[]> {
    return this.#takers.take(count, signal, terms);
  }

  renew(worker: string, ids: readonly string[]): Promise<readonly string[]> {
    return this.#read(() => this.#context.foreign.renew(worker, ids));
  }

  held(id: string, worker: string): Promise<Lease | undefined> {
    return this.#read(() => this.#context.foreign.held(id, worker));
  }

  lateSuccess(id: string, output: unknown, traceparent?: string): Promise<void> {
    const text = output === undefined ? null : JSON.stringify(output);
    return this.#context.group.run(() => lateSuccess(this.#context, id, text, traceparent));
  }

  depth(): Promise<QueueDepth> {
    return this.#read(() => {
      const { waiting, lowPriority, leased } = this.#context.store.tally;
      return { waiting, lowPriority, leased, oldestAge: oldestAge(this.#context) };
    });
  }

  counters(): Promise<JobCounters> {
    return this.#read(() => {
      const { lastJob: _lastJob, lastChunk: _lastChunk, ...counters } = this.#context.store.tally;
      return { ...counters, oldestAge: oldestAge(this.#context) };
    });
  }

  takeWebhooks(count: number, signal: AbortSignal): Promise<readonly DueWebhook[]> {
    return this.#webhooks.take(count, signal);
  }

  webhookDone(jobId: string): Promise<void> {
    return this.#webhooks.done(jobId);
  }

  webhookRetry(jobId: string, afterMs: number): Promise<void> {
    return this.#webhooks.retry(jobId, afterMs);
  }

  /** What was asked for is still committed. Leases still held are lost; the next opening takes them back. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { group, alarm, changes, leases, store } = this.#context;
    this.#takers.close();
    this.#webhooks.close();
    this.#renewal.close();
    this.#context.foreign.close();
    await this.#checkpoints.close();
    await group.close();
    this.#closed = true;
    alarm.clear();
    for (const lease of leases.values()) lease.end('lost');
    changes.close();
    store.close();
    this.#parts.disown();
  }

  #committed(): void {
    this.#checkpoints.committed();
    if (this.#context.leases.size > 0) this.#renewal.started();
  }

  /** Something is due, or may be. */
  #ring(): void {
    const { group, rules, alarm } = this.#context;
    if (this.#closing !== undefined) return;
    const later = (): void => alarm.set(rules.now() + 1000);
    try {
      this.#webhooks.look();
      const due = this.#nextDue();
      if (due > rules.now()) alarm.set(Math.max(due, rules.now() + shortestPauseMs));
      else group.run(() => sweep(this.#context)).then(() => this.#ring(), later);
    } catch {
      // The file cannot be read just now; whoever calls the queue is told so.
      later();
    }
  }

  #nextDue(): number {
    const due = this.#context.store.statements.nextDue.get()?.['due'];
    return typeof due === 'number' ? due : Infinity;
  }

  async #read<Value>(read: () => Value): Promise<Value> {
    if (this.#closed) throw closedError(this.#context.store.path);
    try {
      return read();
    } catch (error) {
      throw unavailable(error, this.#context.store.path);
    }
  }
}
