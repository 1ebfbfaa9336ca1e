import type { Emit } from '#libs/observability';
import type { DueWebhook, Queue } from '#libs/queue';
import { pause } from '../hold.ts';
import { PrivateAddress } from './address-check.ts';
import type { WebhookPost } from './post.ts';
import { nextTry, webhookDelays } from './schedule.ts';

const tryMs = 10_000;
const mostAtOnce = 16;
const restMs = 1_000;

export interface DelivererOptions {
  readonly queue: Queue;
  readonly post: WebhookPost;
  readonly emit: Emit;
  /** When a failed one is sent again, ms after its first try. */
  readonly delays?: readonly number[];
}

/** Sends what the queue has due, a few at a time, so that one receiver that hangs holds up no other. */
export class WebhookDeliverer {
  readonly #options: DelivererOptions;
  readonly #closing = new AbortController();
  readonly #open = new Set<Promise<void>>();
  #loop: Promise<void> = Promise.resolve();

  constructor(options: DelivererOptions) {
    this.#options = options;
  }

  onApplicationBootstrap(): void {
    this.#loop = this.#run();
  }

  /** Breaks off what is on its way: it stays in the queue and is sent again. */
  async onModuleDestroy(): Promise<void> {
    this.#closing.abort();
    await this.#loop;
    await Promise.all(this.#open);
    await this.#options.post.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const due = await this.#take(signal);
      for (const webhook of due) {
        const delivery = this.#deliver(webhook).finally(() => this.#open.delete(delivery));
        this.#open.add(delivery);
      }
      if (due.length === 0) await pause(restMs, signal);
      if (this.#open.size >= mostAtOnce) await Promise.race(this.#open);
    }
  }

  async #take(signal: AbortSignal): Promise<readonly DueWebhook[]> {
    try {
      return await this.#options.queue.takeWebhooks(mostAtOnce - this.#open.size, signal);
    } catch (error) {
      this.#notice('webhooks-not-taken', error);
      return [];
    }
  }

  async #deliver(webhook: DueWebhook): Promise<void> {
    const start = performance.now();
    const end = await this.#try(webhook);
    try {
      await this.#settle(webhook, end, performance.now() - start);
    } catch (error) {
      // Not settled: the queue has it due again in a minute.
      this.#notice('webhook-not-settled', error);
    }
  }

  async #try({ ...webhook }: DueWebhook): Promise<{ result: 'accepted' | 'refused' | 'failed'; detail: string }> {
    const { host } = new URL(webhook.url);
    try {
      const status = await this.#options.post.send(
        webhook,
        AbortSignal.any([this.#closing.signal, AbortSignal.timeout(tryMs)]),
      );
      return { result: status >= 200 && status < 300 ? 'accepted' : 'failed', detail: `${host} answered ${status}` };
    } catch (error) {
      const { name, message } = causeOf(error);
      return { result: name === 'PrivateAddress' ? 'refused' : 'failed', detail: `${host}: ${message}` };
    }
  }

  async #settle(
    { jobId, delivery }: DueWebhook,
    { result, detail }: { result: 'accepted' | 'refused' | 'failed'; detail: string },
    tookMs: number,
  ): Promise<void> {
    const { queue, emit, delays = webhookDelays } = this.#options;
    if (result === 'failed') {
      const afterMs = this.#closing.signal.aborted ? 0 : nextTry(delivery, tookMs, delays);
      if (afterMs === undefined) {
        await queue.webhookDone(jobId);
        emit({ type: 'webhook', jobId, result: 'error', detail: `${detail}; given up after ${delivery} tries` });
        return;
      }
      await queue.webhookRetry(jobId, afterMs);
      emit({ type: 'webhook', jobId, result: 'retried', detail });
      return;
    }
    await queue.webhookDone(jobId);
    emit({ type: 'webhook', jobId, result, detail });
  }

  #notice(event: string, error: unknown): void {
    this.#options.emit({ type: 'notice', level: 'warn', event, fields: { message: String(error) } });
  }
}

/** undici and Node wrap what a lookup threw. */
function causeOf(error: unknown): Error {
  if (error instanceof PrivateAddress) return error;
  if (error instanceof AggregateError && error.errors.length > 0) return causeOf(error.errors[0]);
  if (error instanceof Error) return error.cause instanceof Error ? causeOf(error.cause) : error;
  return new Error(String(error));
}
