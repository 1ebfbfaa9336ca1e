import type { Redis } from 'ioredis';
import type { Names } from './names.ts';

/** Ordinary successes are counted, and their removal noted, together. */
const togetherMs = 20;

/**
 * When completed jobs are to be removed, and how many there were: one write for many, a moment after their ends. A process
 * that dies in that moment leaves a count that is too low, and results that are kept until their ttl.
 */
export class Finished {
  readonly #redis: Redis;
  readonly #names: Names;
  #removals: (string | number)[] = [];
  #stored: string[] = [];
  #completed = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(redis: Redis, names: Names) {
    this.#redis = redis;
    this.#names = names;
  }

  completed(id: string, removeAt: number): void {
    this.#completed += 1;
    this.#removals.push(Math.ceil(removeAt / 1000) * 1000, id);
    this.#soon();
  }

  /** A new job is in BullMQ's hands: it is no longer pending. */
  stored(id: string): void {
    this.#stored.push(id);
    this.#soon();
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const [removals, stored, completed] = [this.#removals, this.#stored, this.#completed];
    if (removals.length === 0 && stored.length === 0) return;
    this.#removals = [];
    this.#stored = [];
    this.#completed = 0;
    const write = this.#redis.pipeline();
    if (removals.length > 0) write.zadd(this.#names.due, ...removals);
    if (stored.length > 0) write.zrem(this.#names.pending, ...stored);
    if (completed > 0) write.hincrby(this.#names.counters, 'COMPLETED', completed);
    await write.exec();
  }

  #soon(): void {
    this.#timer ??= setTimeout(() => void this.flush().catch(() => undefined), togetherMs).unref();
  }
}
