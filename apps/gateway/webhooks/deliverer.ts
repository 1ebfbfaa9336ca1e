import type { Emit, TraceIds, Tracing } from '#libs/observability';
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
  readonly tracing?: Tracing | undefined;
  /** When a failed one is sent again, ms after its first try. */
  readonly delays?: readonly number[];
}

interface End {
  readonly result: 'accepted' | 'refused' | 'failed';
  readonly detail: string;
  readonly trace?: TraceIds | undefined;
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

  async #try(webhook: DueWebhook): Promise<End> {
    const { host, hostname } = new URL(webhook.url);
    const sending = this.#options.tracing?.deliver({ ...webhook, address: hostname });
    if (sending === undefined) return this.#post(webhook, host);
    const end = await this.#post({ ...webhook, traceparent: sending.traceparent }, host);
    sending.end(end.result === 'accepted' ? undefined : end.detail);
    return { ...end, trace: sending.ids };
  }

  async #post(webhook: DueWebhook, host: string): Promise<End> {
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

  async #settle({ jobId, delivery }: DueWebhook, { result, detail, trace }: End, tookMs: number): Promise<void> {
    const { queue, delays = webhookDelays } = this.#options;
    const tell = (what: 'accepted' | 'refused' | 'error' | 'retried', words = detail): void =>
      this.#options.emit({ type: 'webhook', jobId, result: what, detail: words, ...(trace && { trace }) });
    if (result === 'failed') {
      const afterMs = this.#closing.signal.aborted ? 0 : nextTry(delivery, tookMs, delays);
      if (afterMs === undefined) {
        await queue.webhookDone(jobId);
        tell('error', `${detail}; given up after ${delivery} tries`);
        return;
      }
      await queue.webhookRetry(jobId, afterMs);
      tell('retried');
      return;
    }
    await queue.webhookDone(jobId);
    tell(result);
  }

  #notice(event: 'webhooks-not-taken' | 'webhook-not-settled', error: unknown): void {
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
