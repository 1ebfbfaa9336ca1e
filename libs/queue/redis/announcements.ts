import type { LeaseEnd } from '#libs/core';
import type { Redis } from 'ioredis';

export interface AnnouncementsOptions {
  readonly redis: Redis;
  readonly channel: string;
  readonly stopped: (id: string, how: LeaseEnd) => void;
  readonly webhookDue: () => void;
}

/** What processes tell each other: stop this attempt, look at this job, a webhook is due. Nothing depends on being heard. */
export class Announcements {
  readonly #options: AnnouncementsOptions;
  readonly #waiting = new Map<string, Set<() => void>>();

  constructor(options: AnnouncementsOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { redis, channel } = this.#options;
    redis.on('message', (_channel: string, text: string) => this.#heard(text));
    await redis.subscribe(channel);
  }

  /** Resolves at the next change of that job that is heard of, or when aborted. */
  next(id: string, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting);
      const told = (): void => {
        waiting.delete(told);
        if (waiting.size === 0 && this.#waiting.get(id) === waiting) this.#waiting.delete(id);
        signal.removeEventListener('abort', told);
        resolve();
      };
      waiting.add(told);
      signal.addEventListener('abort', told);
    });
  }

  changed(id: string): void {
    for (const told of this.#waiting.get(id) ?? []) told();
  }

  close(): void {
    for (const id of this.#waiting.keys()) this.changed(id);
  }

  #heard(text: string): void {
    const [kind, ...rest] = text.split(' ');
    const { stopped, webhookDue } = this.#options;
    if (kind === 'webhook') webhookDue();
    else if (kind === 'changed') this.changed(rest.join(' '));
    else if (kind === 'stop') stopped(rest.slice(1).join(' '), rest[0] as LeaseEnd);
  }
}
