import { FlyballError, type Job, type Observation } from '#libs/core';
import type { AttemptContext, AttemptResult, Handler, HandlerFacts, HandlerListener } from './contract.ts';
import { attemptResult, chunkNotStored, type Ending } from './ending.ts';
import { identityOf, type Identity } from './identity.ts';
import { jobFields } from './job-fields.ts';
import type { HandlerOptions } from './options.ts';
import { threw } from './user-code/error-text.ts';
import { ExitGuard } from './user-code/exit-guard.ts';
import type { HandlerObject } from './user-code/handler-object.ts';
import { jsonCopy } from './user-code/json.ts';
import { handlerObject, loadHandler, unknownKeys } from './user-code/load.ts';
import { runUserCode } from './user-code/run.ts';

/** A JavaScript or TypeScript handler in this process: a file, or the object given to `start()`. */
export class ModuleHandler implements Handler {
  readonly kind = 'module';
  readonly #source: string | HandlerObject;
  readonly #identity: Identity;
  readonly #listener: HandlerListener;
  readonly #guard = new ExitGuard();
  #code: HandlerObject | undefined;
  #removeGuard: (() => void) | undefined;

  constructor(source: string | HandlerObject, options: HandlerOptions, listener: HandlerListener) {
    this.#source = source;
    this.#identity = identityOf(options.workerId, options.env ?? process.env);
    this.#listener = listener;
  }

  get ready(): boolean {
    return this.#code !== undefined;
  }

  async start(): Promise<HandlerFacts> {
    const began = performance.now();
    const code = await this.#load();
    this.#removeGuard = this.#guard.install();
    this.#code = code;
    this.#listener({ state: 'up', startMs: performance.now() - began });
    return { hasModifier: code.concurrencyModifier !== undefined, sync: false };
  }

  async run(job: Job, context: AttemptContext): Promise<AttemptResult> {
    const code = this.#code;
    if (code === undefined) {
      return { outcome: 'failed', errorType: 'other', message: 'the handler is not started', retry: true };
    }
    const warn = (message: string): void => this.#listener({ state: 'log', level: 'warn', message, jobId: job.id });
    const identity = this.#identity;
    const guarded = { warn, uncaught: (error: unknown) => threw(error, identity) };
    let ended = false;
    const progress = (data: unknown): void => {
      const copied = jsonCopy(data, 'progress');
      if (ended) return;
      if (copied.ok) this.#guard.outside(() => context.progress(copied.json ?? null));
      else warn(`progress was dropped: ${copied.problem}`);
    };
    const chunk = async (json: unknown): Promise<Ending | undefined> => {
      if (ended) return undefined;
      return this.#guard.outside(() => context.chunk(json).then(() => undefined, chunkNotStored));
    };
    const user = { ...contextOf(job, context), progress };
    const ending = await this.#guard.run(guarded, () =>
      runUserCode(code, { job: jobFields(job), context: user, identity, warn, chunk }),
    );
    ended = true;
    return attemptResult(ending, context.signal);
  }

  async modify(current: number, last?: Observation): Promise<unknown> {
    if (this.#code?.concurrencyModifier === undefined) {
      throw new FlyballError(
        'NO_MODIFIER',
        'The handler has no concurrencyModifier. Export one, or pick another strategy.',
      );
    }
    return this.#code.concurrencyModifier(current, last);
  }

  async close(): Promise<void> {
    this.#code = undefined;
    this.#removeGuard?.();
    this.#removeGuard = undefined;
  }

  async #load(): Promise<HandlerObject> {
    if (typeof this.#source === 'string') return loadHandler(this.#source);
    for (const message of unknownKeys(this.#source)) this.#listener({ state: 'log', level: 'warn', message });
    return handlerObject(this.#source, 'start()');
  }
}

function contextOf(
  job: Job,
  { signal, deadline }: AttemptContext,
): {
  readonly signal: AbortSignal;
  readonly attempt: number;
  readonly deadline?: number;
  readonly traceparent?: string;
  readonly tracestate?: string;
} {
  return {
    signal,
    attempt: job.attempt,
    ...(deadline !== undefined && { deadline }),
    ...(job.traceparent !== undefined && { traceparent: job.traceparent }),
    ...(job.tracestate !== undefined && { tracestate: job.tracestate }),
  };
}
