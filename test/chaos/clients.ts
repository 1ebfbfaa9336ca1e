import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import { pick } from './seeded.ts';
import { endpoint, type World } from './world.ts';

export interface Sent {
  readonly id: string;
  readonly output: string;
  readonly chunks: number;
  readonly webhook: boolean;
}

export interface Answer {
  readonly status: string;
  readonly output?: unknown;
  readonly error?: string;
  readonly retries?: number;
}

/** Clients that go to the other gateway when one does not answer; only what was answered counts as sent. */
export class Clients {
  readonly sent: Sent[] = [];
  /** Requests that were not answered: nobody knows what became of them. */
  unanswered = 0;
  readonly #world: World;
  readonly #random: () => number;
  readonly #pools: readonly Pool[];

  constructor(world: World, random: () => number) {
    this.#world = world;
    this.#random = random;
    this.#pools = world.gateways.map(({ url }) => new Pool(url, { connections: 16, headersTimeout: 10_000 }));
  }

  /** Sends so many jobs at that pace, as far as gateways answer. */
  async send(jobs: number, perSecond: number): Promise<void> {
    const start = performance.now();
    let taken = 0;
    const sender = async (): Promise<void> => {
      while (taken < jobs) {
        taken += 1;
        const nth = taken;
        await sleep(Math.max(0, start + (1000 * nth) / perSecond - performance.now()));
        await this.#sendOne(nth);
      }
    };
    await Promise.all(Array.from({ length: 24 }, sender));
  }

  async status(id: string): Promise<Answer | undefined> {
    return (await this.#ask('GET', `status/${id}`))?.body as Answer | undefined;
  }

  async close(): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.destroy()));
  }

  async #sendOne(nth: number): Promise<void> {
    const text = `job ${nth} ${this.#random()}`;
    const chunks = this.#random() < 0.2 ? 3 : 0;
    const webhook = this.#random() < 0.2;
    const input = { text, chunks, ms: 5 + Math.floor(this.#random() * 400) };
    const body = { input, ...(webhook && { webhook: this.#world.hooks.url }) };
    for (;;) {
      const answer = await this.#ask('POST', 'run', body);
      const { id } = (answer?.body ?? {}) as { readonly id?: string };
      if (answer?.status === 200 && id !== undefined) {
        this.sent.push({ id, output: createHash('sha256').update(text).digest('hex'), chunks, webhook });
        return;
      }
      this.unanswered += 1;
      await sleep(100 + 200 * this.#random());
    }
  }

  async #ask(
    method: 'GET' | 'POST',
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown } | undefined> {
    try {
      const answer = await pick(this.#random, this.#pools).request({
        method,
        path: `/v2/${endpoint}/${path}`,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      });
      return { status: answer.statusCode, body: await answer.body.json() };
    } catch {
      return undefined;
    }
  }
}
