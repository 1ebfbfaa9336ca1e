import type { DueWebhook } from '../contract.ts';
import type { Context } from './context.ts';
import { find, payloadIn } from './read.ts';

interface Hook {
  readonly generation: number;
  readonly delivery: number;
  readonly traceparent?: string;
}

/** Between looks where nobody says that one is due. */
const lookEveryMs = 5000;

/** Webhooks that are due, of all processes; each is made of what its job says now. */
export class Webhooks {
  readonly #context: () => Context;
  /** Which end of its job a delivery that is under way here is about. */
  readonly #generations = new Map<string, number>();
  readonly #waiting = new Set<() => void>();
  #closed = false;

  constructor(context: () => Context) {
    this.#context = context;
  }

  async take(count: number, signal: AbortSignal): Promise<readonly DueWebhook[]> {
    while (!signal.aborted && !this.#closed) {
      const due = await this.#due(count);
      if (due.length > 0) return due;
      await this.#pause(signal);
    }
    return [];
  }

  /** One may have become due. */
  readonly look = (): void => {
    for (const wake of this.#waiting) wake();
  };

  async done(jobId: string): Promise<void> {
    const { scripts, names } = this.#context();
    await scripts.laterHook(names.prefix, jobId, this.#generations.get(jobId) ?? '', '', 0);
    this.#generations.delete(jobId);
  }

  async retry(jobId: string, afterMs: number): Promise<void> {
    const { scripts, names, rules } = this.#context();
    const at = rules.now() + afterMs;
    await scripts.laterHook(names.prefix, jobId, this.#generations.get(jobId) ?? '', at, 0);
    this.look();
  }

  close(): void {
    this.#closed = true;
    this.look();
  }

  async #due(count: number): Promise<readonly DueWebhook[]> {
    const { scripts, names, rules } = this.#context();
    const found = (await scripts.dueHooks(names.prefix, count, rules.now())) as readonly string[];
    const due: DueWebhook[] = [];
    for (let index = 0; index < found.length; index += 2) {
      const id = found[index] ?? '';
      const webhook = await this.#content(id, JSON.parse(found[index + 1] ?? '{}') as Hook);
      if (webhook !== undefined) due.push(webhook);
    }
    return due;
  }

  async #content(jobId: string, hook: Hook): Promise<DueWebhook | undefined> {
    const context = this.#context();
    const { scripts, names, rules } = context;
    const [job, payload] = [await find(context, jobId), await payloadIn(context, jobId)];
    const url = payload?.webhook;
    if (job === undefined || url === undefined) {
      await scripts.laterHook(names.prefix, jobId, hook.generation, '', 0);
      return undefined;
    }
    if (job.status === 'IN_QUEUE' || job.status === 'IN_PROGRESS') {
      // Its success was announced and not stored.
      await scripts.laterHook(names.prefix, jobId, hook.generation, rules.now() + 10_000, 1);
      return undefined;
    }
    this.#generations.set(jobId, hook.generation);
    const body = rules.webhookBody({ job, input: payload?.input, url });
    const { delivery, traceparent } = hook;
    return { jobId, url, body, delivery, ...(traceparent !== undefined && { traceparent }) };
  }

  async #pause(signal: AbortSignal): Promise<void> {
    const { redis, names, rules } = this.#context();
    const next = await redis.zrange(names.webhooks, 0, 0, 'WITHSCORES');
    const wait = next[1] === undefined ? lookEveryMs : Math.min(lookEveryMs, Number(next[1]) - rules.now());
    if (signal.aborted || this.#closed) return;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(10, wait));
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake);
    });
  }
}
