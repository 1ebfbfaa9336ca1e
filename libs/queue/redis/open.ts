import { randomBytes } from 'node:crypto';
import { Queue as BullQueue, QueueEvents, Worker as BullWorker } from 'bullmq';
import { Redis } from 'ioredis';
import type { Fleet } from '../fleet.ts';
import { defaultWebhookBody, type WebhookContent } from '../webhook-body.ts';
import type { Queue } from '../contract.ts';
import type { OutboxOptions } from '../outbox/contract.ts';
import { answerWithinMs, connect, redisOptions, type RedisAddress } from './connection.ts';
import { leaseMs, type Context } from './context.ts';
import { RedisFleet } from './fleet.ts';
import { namesOf } from './names.ts';
import { RedisQueue } from './queue.ts';
import { unavailable } from './redis-errors.ts';
import { defineScripts } from './scripts.ts';

export interface RedisQueueOptions extends RedisAddress {
  readonly endpoint: string;
  /** Name of the worker that takes from here. */
  readonly worker: string;
  /** Attempts a job may have. */
  readonly attempts: number;
  /** Jobs that may wait before `enqueue` answers QUEUE_FULL. */
  readonly limit: number;
  /** Where finished results wait on disk while Redis takes none; only for a process that runs jobs. */
  readonly outbox?: Pick<OutboxOptions, 'folder' | 'tried' | 'report'> | undefined;
  /** Somebody will wait for changes of jobs: every process that serves clients (default). A worker alone spares itself the stream. */
  readonly watches?: boolean;
  /** How often locks that ran out are looked for, ms. */
  readonly stalledEveryMs?: number;
  /** Wall clock, ms since 1970. */
  readonly clock?: () => number;
  /** JSON text to POST; default: status fields, `input` and `webhook`. */
  readonly webhookBody?: (content: WebhookContent) => string;
  /** What an operator may want in the log. */
  readonly report?: (event: 'queue-warning', fields: Readonly<Record<string, unknown>>) => void;
}

/**
 * Opens the queue of an endpoint in Redis, which any number of processes may share.
 * @throws {FlyballError} QUEUE_UNAVAILABLE, REDIS_TOO_OLD, REDIS_EVICTS
 */
export async function openRedisQueue(options: RedisQueueOptions): Promise<Queue & { readonly fleet: Fleet }> {
  const { endpoint, url, clock: now = Date.now, watches = true, report = () => {} } = options;
  const redis = await connect(options, (message) => report('queue-warning', { message }));
  const closers: (() => unknown)[] = [() => redis.disconnect()];
  try {
    const names = namesOf(endpoint);
    const connection = redisOptions(options);
    const base = { connection, prefix: names.prefix, skipVersionCheck: true };
    const bull: Context['bull'] = new BullQueue(names.queue, {
      ...base,
      connection: { ...connection, commandTimeout: answerWithinMs },
    });
    closers.push(() => closed(bull));
    const taker: Context['taker'] = new BullWorker(names.queue, null, {
      ...base,
      autorun: false,
      name: options.worker,
      lockDuration: leaseMs,
      stalledInterval: options.stalledEveryMs ?? 5000,
      // Attempts are bounded by the queue's own count.
      maxStalledCount: 1_000_000,
      // Nothing is removed before its retention is over.
      removeOnComplete: { count: -1 },
      removeOnFail: { count: -1 },
    });
    closers.push(() => closed(taker));
    const hears = new Redis(connection);
    closers.push(() => hears.disconnect());
    const events = watches ? new QueueEvents(names.queue, base) : undefined;
    closers.push(() => events && closed(events));
    const trouble = (error: Error): void => report('queue-warning', { message: unavailable(error, url).message });
    bull.on('error', trouble);
    taker.on('error', trouble);
    hears.on('error', trouble);
    events?.on('error', trouble);
    await Promise.all([bull.waitUntilReady(), taker.waitUntilReady(), events?.waitUntilReady()]);
    const queue = new RedisQueue({
      url,
      redis,
      hears,
      names,
      bull,
      taker,
      events,
      scripts: defineScripts(redis),
      rules: {
        worker: options.worker,
        attempts: options.attempts,
        limit: options.limit,
        now,
        webhookBody: options.webhookBody ?? defaultWebhookBody,
      },
      run: `${randomBytes(6).toString('base64url')}.`,
      close: async () => {
        for (const close of closers.toReversed()) await close();
      },
    });
    if (options.outbox !== undefined) await queue.keepResults(options.outbox);
    await queue.start();
    return Object.assign(queue, { fleet: new RedisFleet(redis, names.fleet, now) });
  } catch (error) {
    for (const close of closers.toReversed()) await Promise.resolve(close()).catch(() => undefined);
    throw unavailable(error, url);
  }
}

/** What BullMQ says goodbye to politely may be away. ms */
const goodbyeMs = 1000;

async function closed(part: { close(force?: boolean): Promise<void>; disconnect(): Promise<void> }): Promise<void> {
  const goodbye = part.close(true).catch(() => undefined);
  await Promise.race([goodbye, new Promise((resolve) => setTimeout(resolve, goodbyeMs).unref())]);
  void part.disconnect().catch(() => undefined);
}
