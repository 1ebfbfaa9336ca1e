/** RunPod's rates: requests in 10 s, and how many at a time. What it does not name has the widest. */
const rates: Readonly<Record<string, { readonly requests: number; readonly concurrent: number }>> = {
  run: { requests: 1_000, concurrent: 200 },
  retry: { requests: 1_000, concurrent: 200 },
  cancel: { requests: 100, concurrent: 20 },
  'purge-queue': { requests: 2, concurrent: 2 },
};
const widest = { requests: 2_000, concurrent: 400 };
const windowMs = 10_000;

/** Admitted: call `release` when the request is over. Refused: wait that long. */
export type Admission = { readonly release: () => void } | { readonly retryAfterSeconds: number };

/** Counts requests of each user and operation in windows of 10 s, and those now open. */
export class RateLimits {
  readonly #now: () => number;
  readonly #users = new Map<string, { start: number; requests: number; open: number }>();

  /** @param now ms, monotonic or wall clock */
  constructor(now: () => number) {
    this.#now = now;
  }

  admit(user: string, operation: string): Admission {
    const rate = rates[operation] ?? widest;
    const now = this.#now();
    const usage = this.#usage(`${operation} ${user}`, now);
    const restMs = usage.start + windowMs - now;
    if (usage.requests >= rate.requests) return { retryAfterSeconds: Math.max(1, Math.ceil(restMs / 1_000)) };
    if (usage.open >= rate.concurrent) return { retryAfterSeconds: 1 };
    usage.requests += 1;
    usage.open += 1;
    return { release: () => (usage.open -= 1) };
  }

  #usage(key: string, now: number): { start: number; requests: number; open: number } {
    const usage = this.#users.get(key) ?? { start: now, requests: 0, open: 0 };
    if (now - usage.start >= windowMs) Object.assign(usage, { start: now, requests: 0 });
    this.#users.set(key, usage);
    return usage;
  }
}
