import { setTimeout as delay } from 'node:timers/promises';
import { FlyballError, type Job } from '#libs/core';
import type { AttemptContext, AttemptResult, Handler, HandlerFacts, HandlerListener } from '../contract.ts';
import { attemptResult } from '../ending.ts';
import type { Command } from './child-process.ts';
import { Life } from './life.ts';

export interface BridgeOptions {
  readonly kind: 'module' | 'python';
  /** @throws {FlyballError} HANDLER_FAILED */
  readonly command: () => Command;
  readonly graceMs: number;
  readonly listener: HandlerListener;
}

const firstDelayMs = 500;
const longestDelayMs = 30_000;

/** A handler in a process of its own, which is started again when it dies. */
export class BridgeHandler implements Handler {
  readonly kind: 'module' | 'python';
  readonly #options: BridgeOptions;
  readonly #closed = new AbortController();
  /** The life that takes jobs; none while the process restarts. */
  #life: Life | undefined;
  /** Every process there is, also those that start or end. */
  readonly #lives = new Set<Life>();
  /** Lives that take no more jobs and are replaced when those they have are done. */
  readonly #retiring = new WeakSet<Life>();
  /** Settles at the end of the next try to start. */
  #next = Promise.withResolvers<void>();
  /** Starts in a row that no job has succeeded after. */
  #failures = 0;

  constructor(options: BridgeOptions) {
    this.kind = options.kind;
    this.#options = options;
  }

  get ready(): boolean {
    return this.#life !== undefined;
  }

  async start(signal: AbortSignal): Promise<HandlerFacts> {
    return this.#launch(AbortSignal.any([signal, this.#closed.signal]));
  }

  async run(job: Job, context: AttemptContext): Promise<AttemptResult> {
    // A job that was taken just before the process died waits for one try to start it again.
    if (this.#life === undefined) await this.#nextTry(context.signal);
    const life = this.#life;
    if (life === undefined) {
      const message = "the handler's process is not running";
      return attemptResult({ ok: false, errorType: 'handler-exited', message, retry: true }, context.signal);
    }
    const result = await life.run(job, context);
    if (result.outcome === 'succeeded') this.#failures = 0;
    if (result.refreshWorker === true) this.#retire(life);
    if (this.#retiring.has(life) && life.inFlight === 0) void this.#refresh(life);
    return result;
  }

  async modify(current: number): Promise<unknown> {
    if (this.#life === undefined) throw new FlyballError('HANDLER_DOWN', "The handler's process restarts; ask again.");
    return this.#life.modify(current);
  }

  async close(graceMs: number): Promise<void> {
    this.#closed.abort();
    this.#life = undefined;
    const detail = 'was closed with the worker';
    await Promise.all([...this.#lives].map((life) => life.close(graceMs, { cause: 'exit', detail })));
  }

  /** One try to start; a life that became ready is watched from then on. */
  async #launch(signal: AbortSignal): Promise<HandlerFacts> {
    const began = performance.now();
    const { command, graceMs, listener } = this.#options;
    signal.throwIfAborted();
    const life = new Life({ command: command(), graceMs, listener });
    this.#lives.add(life);
    void life.dead.then(() => this.#lives.delete(life));
    const abort = (): void => life.kill();
    signal.addEventListener('abort', abort, { once: true });
    try {
      const facts = await life.ready;
      this.#life = life;
      listener({ state: 'up', startMs: performance.now() - began });
      void this.#watch(life);
      return facts;
    } catch (error) {
      life.kill();
      await life.dead;
      throw error;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#next.resolve();
      this.#next = Promise.withResolvers();
    }
  }

  async #watch(life: Life): Promise<void> {
    await life.left;
    if (this.#life === life) this.#life = undefined;
    const { cause, detail } = await life.dead;
    if (this.#closed.signal.aborted) return;
    this.#options.listener({ state: 'down', cause, detail });
    if (cause !== 'refresh') await this.#backOff();
    await this.#restart();
  }

  /** Tries until one start succeeds or the worker closes. */
  async #restart(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      try {
        await this.#launch(this.#closed.signal);
        return;
      } catch (error) {
        if (this.#closed.signal.aborted) return;
        const detail = error instanceof Error ? error.message : String(error);
        this.#options.listener({ state: 'down', cause: 'exit', detail });
        await this.#backOff();
      }
    }
  }

  async #backOff(): Promise<void> {
    const ms = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#failures);
    this.#failures += 1;
    // Aborted: the worker closes, and the caller sees that.
    await delay(ms, undefined, { signal: this.#closed.signal }).catch(() => undefined);
  }

  #retire(life: Life): void {
    this.#retiring.add(life);
    if (this.#life === life) this.#life = undefined;
  }

  async #refresh(life: Life): Promise<void> {
    await life.close(this.#options.graceMs, { cause: 'refresh', detail: 'was replaced: refresh_worker' });
  }

  async #nextTry(signal: AbortSignal): Promise<void> {
    const stopped = AbortSignal.any([signal, this.#closed.signal]);
    if (stopped.aborted) return;
    const aborted = new Promise<void>((done) => stopped.addEventListener('abort', () => done(), { once: true }));
    await Promise.race([this.#next.promise, aborted]);
  }
}
