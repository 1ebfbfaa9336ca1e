import type { QueueEvents } from 'bullmq';
import type { Lease, LeaseTerms, QueueDepth } from '#libs/core';
import type { Redis } from 'ioredis';
import type { Chunk, DueWebhook, JobCounters, JobView, NewJob, Queue } from '../contract.ts';
import { Announcements } from './announcements.ts';
import { acknowledgeChunks, readChunks } from './chunks.ts';
import { Claims } from './claims.ts';
import { cancel, purge, retry, setTtl } from './commands.ts';
import type { Context } from './context.ts';
import { counters, depth } from './depth.ts';
import { enqueue } from './enqueue.ts';
import type { OutboxOptions } from '../outbox/contract.ts';
import type { Outbox } from '../outbox/outbox.ts';
import { openResultOutbox } from './keep-result.ts';
import { Finished } from './finished.ts';
import { held, renew } from './foreign.ts';
import { attemptLost } from './lost.ts';
import { find } from './read.ts';
import { closedError, unavailable } from './redis-errors.ts';
import { Renewal } from './renewal.ts';
import { lateSuccess } from './settle.ts';
import { sweep } from './sweep.ts';
import { Webhooks } from './webhooks.ts';
import { ownId } from './names.ts';

export interface RedisQueueParts extends Pick<
  Context,
  'url' | 'redis' | 'names' | 'scripts' | 'bull' | 'taker' | 'rules'
> {
  /** The connection that hears announcements. */
  readonly hears: Redis;
  /** What BullMQ tells of its jobs, where somebody waits for it. */
  readonly events: QueueEvents | undefined;
  /** Distinguishes the leases of this process. */
  readonly run: string;
  /** Closes every connection. */
  readonly close: () => Promise<void>;
}

const sweepEveryMs = 1000;

/** The queue in Redis, on BullMQ: wires the parts and forwards each call to the file that has its idea. */
export class RedisQueue implements Queue {
  readonly #parts: RedisQueueParts;
  readonly #context: Context;
  readonly #webhooks: Webhooks;
  readonly #renewal: Renewal;
  #sweeping: NodeJS.Timeout | undefined;
  #outbox: Outbox | undefined;
  #closing: Promise<void> | undefined;

  constructor(parts: RedisQueueParts) {
    this.#parts = parts;
    const { url, redis, names, scripts, bull, taker, rules, hears, run } = parts;
    this.#webhooks = new Webhooks(() => this.#context);
    this.#context = {
      url,
      redis,
      names,
      scripts,
      bull,
      taker,
      rules,
      claims: new Claims(() => this.#context, run),
      leases: new Map(),
      finished: new Finished(redis, names),
      announcements: new Announcements({
        redis: hears,
        channel: names.channel,
        stopped: (id, how) => this.#context.leases.get(id)?.end(how),
        webhookDue: this.#webhooks.look,
      }),
      outbox: () => this.#outbox,
    };
    this.#renewal = new Renewal(() => this.#context);
  }

  async start(): Promise<void> {
    const { taker, events } = this.#parts;
    const { announcements } = this.#context;
    await announcements.open();
    taker.on('stalled', (id) => void attemptLost(this.#context, ownId(id)).catch(() => undefined));
    await taker.startStalledCheckTimer();
    const changed = ({ jobId }: { readonly jobId: string }): void => announcements.changed(ownId(jobId));
    for (const event of ['waiting', 'delayed', 'active', 'progress', 'completed', 'failed', 'removed'] as const) {
      events?.on(event, changed);
    }
    this.#sweepLater();
  }

  /** Results that Redis does not take are kept from now on; what a process before this one has kept is told. */
  async keepResults(settings: Pick<OutboxOptions, 'folder' | 'tried' | 'report'>): Promise<void> {
    this.#outbox = await openResultOutbox(settings, ({ id, output, traceparent }) =>
      this.lateSuccess(id, output, traceparent),
    );
  }

  get outbox(): Pick<Outbox, 'results' | 'oldestAge'> | undefined {
    return this.#outbox;
  }

  enqueue(job: NewJob): Promise<JobView> {
    return this.#guarded(() => enqueue(this.#context, job));
  }

  get(id: string): Promise<JobView | undefined> {
    return this.#guarded(() => find(this.#context, id));
  }

  changed(id: string, signal: AbortSignal): Promise<void> {
    return this.#closing === undefined ? this.#context.announcements.next(id, signal) : Promise.resolve();
  }

  cancel(id: string): Promise<JobView | undefined> {
    return this.#guarded(() => cancel(this.#context, id));
  }

  retry(id: string): Promise<{ readonly retried: boolean; readonly job: JobView } | undefined> {
    return this.#guarded(() => retry(this.#context, id));
  }

  setTtl(id: string, ttl: number): Promise<void> {
    return this.#guarded(() => setTtl(this.#context, id, ttl));
  }

  purge(): Promise<number> {
    return this.#guarded(() => purge(this.#context));
  }

  chunks(id: string, maxBytes: number): Promise<{ readonly chunks: readonly Chunk[]; readonly more: boolean }> {
    return this.#guarded(() => readChunks(this.#context, id, maxBytes));
  }

  acknowledgeChunks(id: string, seq: number): Promise<void> {
    return this.#guarded(() => acknowledgeChunks(this.#context, id, seq));
  }

  take(count: number, signal: AbortSignal, terms?: LeaseTerms): Promise<readonly Lease[]> {
    return this.#context.claims.take(count, signal, terms);
  }

  renew(worker: string, ids: readonly string[]): Promise<readonly string[]> {
    return this.#guarded(() => renew(this.#context, worker, ids));
  }

  held(id: string, worker: string): Promise<Lease | undefined> {
    return this.#guarded(() => held(this.#context, id, worker));
  }

  lateSuccess(id: string, output: unknown, traceparent?: string): Promise<void> {
    return this.#guarded(() => lateSuccess(this.#context, id, output, traceparent));
  }

  depth(): Promise<QueueDepth> {
    return this.#guarded(() => depth(this.#context));
  }

  counters(): Promise<JobCounters> {
    return this.#guarded(() => counters(this.#context));
  }

  takeWebhooks(count: number, signal: AbortSignal): Promise<readonly DueWebhook[]> {
    return this.#guarded(() => this.#webhooks.take(count, signal));
  }

  webhookDone(jobId: string): Promise<void> {
    return this.#guarded(() => this.#webhooks.done(jobId));
  }

  webhookRetry(jobId: string, afterMs: number): Promise<void> {
    return this.#guarded(() => this.#webhooks.retry(jobId, afterMs));
  }

  /** Leases still held are lost when their locks run out. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { claims, leases, finished, announcements } = this.#context;
    clearTimeout(this.#sweeping);
    this.#renewal.close();
    claims.close();
    this.#webhooks.close();
    for (const lease of leases.values()) lease.end('lost');
    await this.#outbox?.close();
    if (this.#parts.redis.status === 'ready') await finished.flush().catch(() => undefined);
    announcements.close();
    await this.#parts.close();
  }

  #sweepLater(): void {
    if (this.#closing !== undefined) return;
    const later = (): void => this.#sweepLater();
    this.#sweeping = setTimeout(() => void sweep(this.#context).then(later, later), sweepEveryMs).unref();
  }

  async #guarded<Value>(run: () => Promise<Value>): Promise<Value> {
    if (this.#closing !== undefined) throw closedError(this.#parts.url);
    try {
      return await run();
    } catch (error) {
      throw unavailable(error, this.#parts.url);
    }
  }
}
