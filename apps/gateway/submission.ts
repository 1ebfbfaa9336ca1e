import { randomBytes } from 'node:crypto';
import type { Emit } from '#libs/observability';
import type { JobView, Queue } from '#libs/queue';
import { BadRequest, jobId, parseRequest, retentionOfRun, retentionOfRunsync, validTraceparent } from '#libs/runpod';
import type { AddressCheck } from './webhooks/address-check.ts';

export interface Submitted {
  readonly body: unknown;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  /** `/runsync`: another id, and a shorter life of the result. */
  readonly sync: boolean;
}

/** Turns a request into a job in the queue. */
export class Submission {
  readonly #queue: Queue;
  readonly #webhooks: AddressCheck;
  readonly #emit: Emit;

  constructor(queue: Queue, webhooks: AddressCheck, emit: Emit) {
    this.#queue = queue;
    this.#webhooks = webhooks;
    this.#emit = emit;
  }

  /** @throws {BadRequest}, or a FlyballError of the queue; nothing is stored then */
  async submit({ body, query, headers, sync }: Submitted): Promise<JobView> {
    const { request, clamps, dropped } = parseRequest(body, query['ttl']);
    const retention = sync ? retentionOfRunsync(query['wait']) : retentionOfRun();
    if (request.webhook !== undefined) await this.#webhooks.checkAtSubmission(request.webhook);
    const id = jobId(Date.now(), randomBytes(10), sync);
    const traceparent = validTraceparent(headers['traceparent']);
    const job = await this.#enqueue({
      ...request,
      id,
      retention,
      ...(traceparent === undefined ? {} : { traceparent }),
    });
    for (const { key, given, used } of clamps) {
      const message = `${key}=${String(given)} is out of range and became ${used}`;
      this.#notice('policy-clamped', { jobId: id, message });
    }
    if (dropped.length > 0) this.#notice('keys-dropped', { jobId: id, count: dropped.length });
    return job;
  }

  async #enqueue(job: Parameters<Queue['enqueue']>[0]): Promise<JobView> {
    try {
      return await this.#queue.enqueue(job);
    } catch (error) {
      // JSON.parse reads deeper than JSON.stringify can write.
      if (error instanceof RangeError) throw new BadRequest('The body is nested too deeply. Flatten it.');
      throw error;
    }
  }

  #notice(event: string, fields: Readonly<Record<string, unknown>>): void {
    this.#emit({ type: 'notice', level: 'warn', event, fields });
  }
}
