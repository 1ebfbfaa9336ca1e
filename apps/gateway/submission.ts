import { randomBytes } from 'node:crypto';
import type { Emit, Tracing } from '#libs/observability';
import type { JobView, NewJob, Queue } from '#libs/queue';
import {
  BadRequest,
  jobId,
  parseRequest,
  retentionOfRun,
  retentionOfRunsync,
  validTraceparent,
  validTracestate,
} from '#libs/runpod';
import type { AddressCheck } from './webhooks/address-check.ts';

export interface Submitted {
  readonly body: unknown;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
  /** `/runsync`: another id, and a shorter life of the result. */
  readonly sync: boolean;
}

export interface SubmissionOptions {
  readonly queue: Queue;
  readonly webhooks: AddressCheck;
  readonly emit: Emit;
  readonly tracing?: Tracing | undefined;
}

/** Turns a request into a job in the queue. */
export class Submission {
  readonly #options: SubmissionOptions;

  constructor(options: SubmissionOptions) {
    this.#options = options;
  }

  /** @throws {BadRequest}, or a FlyballError of the queue; nothing is stored then */
  async submit({ body, query, headers, sync }: Submitted): Promise<JobView> {
    const { request, clamps, dropped } = parseRequest(body, query['ttl']);
    const retention = sync ? retentionOfRunsync(query['wait']) : retentionOfRun();
    if (request.webhook !== undefined) await this.#options.webhooks.checkAtSubmission(request.webhook);
    const id = jobId(Date.now(), randomBytes(10), sync);
    const job = await this.#send({ ...request, id, retention, ...traceOf(headers) });
    for (const { key, given, used } of clamps) {
      const message = `${key}=${String(given)} is out of range and became ${used}`;
      this.#notice('policy-clamped', { jobId: id, message });
    }
    if (dropped.length > 0) this.#notice('keys-dropped', { jobId: id, count: dropped.length });
    return job;
  }

  /** Where tracing is on the job continues our own span, which continues its client's. */
  async #send(job: NewJob): Promise<JobView> {
    const sending = this.#options.tracing?.send(job.id, job);
    if (sending === undefined) return this.#enqueue(job);
    try {
      const stored = await this.#enqueue({ ...job, traceparent: sending.traceparent });
      sending.end();
      return stored;
    } catch (error) {
      sending.end(error instanceof Error ? error.message : 'it could not be stored');
      throw error;
    }
  }

  async #enqueue(job: NewJob): Promise<JobView> {
    try {
      return await this.#options.queue.enqueue(job);
    } catch (error) {
      // JSON.parse reads deeper than JSON.stringify can write.
      if (error instanceof RangeError) throw new BadRequest('The body is nested too deeply. Flatten it.');
      throw error;
    }
  }

  #notice(event: 'policy-clamped' | 'keys-dropped', fields: Readonly<Record<string, unknown>>): void {
    this.#options.emit({ type: 'notice', level: 'warn', event, fields });
  }
}

/** Baggage and anything else a client says of its trace is left behind. */
function traceOf(headers: Submitted['headers']): Pick<NewJob, 'traceparent' | 'tracestate'> {
  const traceparent = validTraceparent(headers['traceparent']);
  const tracestate = validTracestate(headers['tracestate']);
  if (traceparent === undefined) return {};
  return { traceparent, ...(tracestate !== undefined && { tracestate }) };
}
