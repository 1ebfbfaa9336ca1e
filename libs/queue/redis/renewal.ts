import { leaseMs, type Context } from './context.ts';
import { bullId } from './names.ts';

/** Renews the locks of all leases of this process together, three times in their life. What is lost is told at once. */
export class Renewal {
  readonly #context: () => Context;
  readonly #timer: NodeJS.Timeout;

  constructor(context: () => Context) {
    this.#context = context;
    this.#timer = setInterval(() => void this.#renew().catch(() => undefined), leaseMs / 3).unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #renew(): Promise<void> {
    const { leases, taker } = this.#context();
    const own = [...leases.values()].filter(({ facts }) => facts.terms === undefined);
    if (own.length === 0) return;
    const ids = own.map(({ job }) => bullId(job.id));
    const tokens = own.map(({ facts }) => facts.token);
    const failed = new Set(await taker.extendJobLocks(ids, tokens, leaseMs));
    for (const lease of own) if (failed.has(bullId(lease.job.id))) lease.end('lost');
  }
}
