import type { Redis } from 'ioredis';
import type { Fleet, WorkerReport } from '../fleet.ts';

interface Entry {
  readonly worker: WorkerReport;
  /** Wall clock, ms. */
  readonly until: number;
}

/** Who works for an endpoint, told by all and known to all: one hash, whose stale entries whoever reads removes. */
export class RedisFleet implements Fleet {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #now: () => number;

  constructor(redis: Redis, key: string, now: () => number) {
    this.#redis = redis;
    this.#key = key;
    this.#now = now;
  }

  async report(worker: WorkerReport, lastsMs: number): Promise<void> {
    const entry: Entry = { worker, until: this.#now() + lastsMs };
    await this.#redis.hset(this.#key, worker.id, JSON.stringify(entry));
  }

  async leave(id: string): Promise<void> {
    await this.#redis.hdel(this.#key, id);
  }

  async workers(): Promise<readonly WorkerReport[]> {
    const now = this.#now();
    const entries = Object.entries(await this.#redis.hgetall(this.#key)).map(
      ([id, text]) => [id, JSON.parse(text) as Entry] as const,
    );
    const gone = entries.filter(([, { until }]) => until <= now).map(([id]) => id);
    if (gone.length > 0) await this.#redis.hdel(this.#key, ...gone);
    return entries.filter(([, { until }]) => until > now).map(([, { worker }]) => worker);
  }
}
