import type { Failure } from '#libs/core';
import type { Delivery, OutboxEntry } from '../outbox/contract.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Report } from './notices.ts';
import { failureBody, successBody, tooLargeBody, type ResultBody } from './result-body.ts';
import { resultHeaders } from './result-headers.ts';
import type { RoundTrip } from './round-trip.ts';
import { withParameters } from './templates.ts';
import { chunkCall, type Updates } from './updates.ts';
import type { Routes } from './variables.ts';
import type { Wire } from './wire.ts';

export interface ResultsOptions {
  readonly wire: Wire;
  readonly routes: Routes;
  readonly roundTrip: RoundTrip;
  readonly report: Report;
}

/** A job whose result is to be kept. */
export interface Finished {
  readonly jobId: string;
  readonly updates: Updates;
  readonly traceparent: string | undefined;
}

/** What lies beside a body in the outbox. */
interface ResultMeta {
  readonly url: string;
  readonly traceparent?: string;
  /** Where chunks go, and those that had not arrived when the result was written: JSON texts. */
  readonly stream?: { readonly url: string; readonly chunks: readonly string[] };
}

const resultMs = 60_000;
/** RunPod's documented limit; a warning, since nobody knows what the platform does beyond it. */
const largeBytes = 20_000_000;
/** Bodies up to this tell how long a round trip is. */
const quickBytes = 64 * 1024;

/** Results on their way: written to the outbox, then posted until the platform has them (H6). */
export class Results {
  readonly #options: ResultsOptions;
  readonly #finishing = new Map<string, Updates>();
  /** Chunks of results from before this start that have arrived since. */
  readonly #arrived = new Map<string, number>();
  /** The worker asks to be replaced (H15). */
  stopPod = false;

  constructor(options: ResultsOptions) {
    this.#options = options;
  }

  succeed(outbox: Outbox, finished: Finished, output: unknown): Promise<void> {
    return this.#keep(outbox, finished, successBody(output, this));
  }

  fail(outbox: Outbox, finished: Finished, failure: Failure): Promise<void> {
    return this.#keep(outbox, finished, failureBody(failure, this));
  }

  /** A result is over. */
  ended(jobId: string, how: 'accepted' | 'gone' | 'dead'): void {
    this.#arrived.delete(jobId);
    const updates = this.#finishing.get(jobId);
    this.#finishing.delete(jobId);
    if (how !== 'accepted') updates?.stop();
  }

  /** Nothing more is sent of what jobs said before their end; what had not arrived is in the outbox. */
  close(): void {
    for (const updates of this.#finishing.values()) updates.stop();
    this.#finishing.clear();
  }

  /** One try: what the job said before its end first, then the result. */
  async deliver(entry: OutboxEntry, signal: AbortSignal): Promise<Delivery> {
    const meta = entry.meta as unknown as ResultMeta;
    const updates = this.#finishing.get(entry.id);
    if (updates !== undefined) await updates.settled(updates.streams ? patient(signal) : signal);
    else if (!(await this.#chunksOf(entry.id, meta, signal))) return 'retry';
    const started = performance.now();
    const status = await this.#post(entry, meta, entry.body, signal);
    if (entry.body.length <= quickBytes) this.#options.roundTrip.add(performance.now() - started);
    if (status === 413) {
      const bytes = entry.body.length;
      this.#options.report('result-too-large', { jobId: entry.id, bytes });
      return deliveryOf(await this.#post(entry, meta, tooLargeBody(bytes), signal));
    }
    const delivery = deliveryOf(status);
    if (delivery === 'gone') this.#options.report('result-gone', { jobId: entry.id, status });
    return delivery;
  }

  async #keep(outbox: Outbox, { jobId, updates, traceparent }: Finished, body: ResultBody): Promise<void> {
    const { routes, report } = this.#options;
    if (body.problem !== undefined) report('result-not-json', { jobId, problem: body.problem });
    const bytes = Buffer.from(body.text);
    if (bytes.length > largeBytes) report('result-large', { jobId, bytes: bytes.length });
    const { streams, unsent } = updates;
    const meta: ResultMeta = {
      url: withParameters(routes.result(jobId), { isStream: String(streams) }),
      ...(traceparent !== undefined && { traceparent }),
      ...(unsent.length > 0 &&
        routes.stream !== undefined && { stream: { url: routes.stream(jobId), chunks: unsent } }),
    };
    this.#finishing.set(jobId, updates);
    await outbox.put({ id: jobId, body: bytes, meta: { ...meta } });
  }

  /** Of a result from before this start: its chunks, in order; those the platform does not want are left out. */
  async #chunksOf(jobId: string, { stream }: ResultMeta, signal: AbortSignal): Promise<boolean> {
    const { wire, report } = this.#options;
    const chunks = stream?.chunks ?? [];
    for (let next = this.#arrived.get(jobId) ?? 0; next < chunks.length; next += 1) {
      const call = chunkCall(jobId, stream?.url ?? '', chunks[next] ?? 'null');
      const { status } = await wire.call({ ...call, signal });
      const delivery = deliveryOf(status);
      if (delivery === 'retry') return false;
      if (delivery === 'refused') report('chunk-dropped', { jobId, status });
      this.#arrived.set(jobId, next + 1);
    }
    return true;
  }

  async #post({ id }: OutboxEntry, meta: ResultMeta, body: Buffer | string, signal: AbortSignal): Promise<number> {
    const headers = resultHeaders(id, meta.traceparent);
    const call = { method: 'POST', url: meta.url, headers, body, signal, timeoutMs: resultMs } as const;
    const { status } = await this.#options.wire.call(call);
    return status;
  }
}

/** A result that waits for its chunks for so long makes room for others, and tries again. */
function patient(signal: AbortSignal): AbortSignal {
  return AbortSignal.any([signal, AbortSignal.timeout(resultMs)]);
}

/** A refused key (401, 403) says nothing against the result: it waits until the key is right. */
function deliveryOf(status: number): Delivery {
  if (status >= 200 && status < 300) return 'accepted';
  if (status === 404 || status === 410) return 'gone';
  const isRefused = status >= 400 && status < 500 && ![401, 403, 408, 429].includes(status);
  return isRefused ? 'refused' : 'retry';
}
