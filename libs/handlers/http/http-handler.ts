import { Pool, type Dispatcher } from 'undici';
import { FlyballError, type Job } from '#libs/core';
import type { AttemptContext, AttemptResult, Handler, HandlerFacts, HandlerListener } from '../contract.ts';
import { attemptResult, type Ending } from '../ending.ts';
import type { HandlerOptions } from '../options.ts';
import { readAnswer } from './answer.ts';
import { isUnreachable, Reachability } from './reachability.ts';
import { upstreamRequest, type UpstreamRequest } from './upstream-request.ts';

/** A model server behind HTTP: each job is one request to it. */
export class HttpHandler implements Handler {
  readonly kind = 'http';
  readonly #base: URL;
  readonly #pool: Pool;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #reachability: Reachability;

  /** @throws {FlyballError} HANDLER_UNKNOWN when the address is none */
  constructor(address: string, options: HandlerOptions, listener: HandlerListener) {
    if (!URL.canParse(address)) {
      throw new FlyballError('HANDLER_UNKNOWN', `HANDLER="${address}" is no address. Give http://HOST:PORT/PATH.`);
    }
    this.#base = new URL(address);
    // A model may think for as long as the job may run: the execution timeout ends it.
    const untimed = { headersTimeout: 0, bodyTimeout: 0 };
    this.#pool = new Pool(this.#base.origin, { connections: options.connections ?? null, ...untimed });
    this.#headers = authorization(this.#base);
    const startedAt = performance.now();
    this.#reachability = new Reachability(this.#base, (reachable, detail) => {
      if (reachable) listener({ state: 'up', startMs: performance.now() - startedAt });
      else
        listener({
          state: 'down',
          cause: 'unresponsive',
          detail: `${this.#base.origin} takes no connection: ${detail}`,
        });
    });
  }

  /** An upstream that is down costs no job an attempt: no job is taken until it is there. */
  get ready(): boolean {
    return this.#reachability.reachable;
  }

  async start(): Promise<HandlerFacts> {
    await this.#reachability.look();
    return { hasModifier: false, sync: false };
  }

  async run(job: Job, context: AttemptContext): Promise<AttemptResult> {
    const request = upstreamRequest(job.input, this.#base);
    const ending =
      typeof request === 'string'
        ? badInput(request)
        : await this.#ask(request, job, context).catch((error: unknown) => this.#failed(error));
    return 'outcome' in ending ? ending : attemptResult(ending, context.signal);
  }

  async modify(): Promise<never> {
    throw new FlyballError('NO_MODIFIER', 'An HTTP upstream has no concurrency modifier. Pick another strategy.');
  }

  async close(): Promise<void> {
    this.#reachability.close();
    await this.#pool.destroy();
  }

  #failed(error: unknown): Ending | AttemptResult {
    const reason = error instanceof Error ? error.message || error.name : String(error);
    const message = `the upstream could not be asked: ${reason}`;
    if (!isUnreachable(error)) return { ok: false, errorType: 'upstream', message, cause: '', retry: true };
    this.#reachability.lost(reason);
    return { outcome: 'failed', errorType: 'upstream', message, retry: true, unstarted: true };
  }

  async #ask(request: UpstreamRequest, job: Job, context: AttemptContext): Promise<Ending | AttemptResult> {
    const { method, path, body, raw } = request;
    const options: Dispatcher.RequestOptions = {
      method,
      path,
      signal: context.signal,
      headers: {
        ...this.#headers,
        accept: 'application/json, text/event-stream, text/plain;q=0.9',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(job.traceparent !== undefined && { traceparent: job.traceparent }),
        ...(job.tracestate !== undefined && { tracestate: job.tracestate }),
      },
      ...(body !== undefined && { body }),
    };
    const response = await this.#pool.request(options);
    return readAnswer(response, { raw, chunk: (data) => context.chunk(data) });
  }
}

/** `http://user:password@host/`: sent as basic authorisation, as browsers and curl do. */
function authorization({ username, password }: URL): Readonly<Record<string, string>> {
  if (username === '' && password === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function badInput(message: string): Ending {
  return { ok: false, errorType: 'bad-input', message };
}
