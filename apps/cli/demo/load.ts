import { Pool } from 'undici';
import { Random, type Scenario } from '#libs/simulation';

export interface LoadOptions {
  /** Where the gateway listens. */
  readonly url: string;
  readonly endpoint: string;
  /** Where one job in twenty is to be told of when it has ended. */
  readonly webhook: string;
}

const jobsPerWebhook = 20;

/** A client like any other: sends jobs by HTTP at a rate that may change, and waits for no results. */
export class Load {
  readonly #pool: Pool;
  readonly #path: string;
  readonly #webhook: string;
  readonly #random;
  #due = 0;
  sent = 0;
  refused = 0;

  constructor({ url, endpoint, webhook }: LoadOptions) {
    this.#pool = new Pool(url, { connections: 8, headersTimeout: 10_000 });
    this.#path = `/v2/${endpoint}/run`;
    this.#webhook = webhook;
    this.#random = new Random(1);
  }

  /** Sends what has become due in `ms` at this rate, fractions carried over. Answers are not waited for. */
  send(scenario: Scenario, ratePerSecond: number, ms: number): void {
    this.#due += (ratePerSecond * ms) / 1000;
    for (; this.#due >= 1; this.#due -= 1) void this.#post(scenario);
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #post(scenario: Scenario): Promise<void> {
    const { deadline, ...input } = scenario.jobs(this.#random, 0);
    this.sent += 1;
    const told = this.sent % jobsPerWebhook === 0 && { webhook: this.#webhook };
    try {
      const { statusCode, body } = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ input, flyball: { deadline }, ...told }),
      });
      await body.dump();
      if (statusCode !== 200) this.refused += 1;
    } catch {
      this.refused += 1;
    }
  }
}
