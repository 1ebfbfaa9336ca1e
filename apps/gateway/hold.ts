import type { FastifyReply } from 'fastify';

/** A bounded wait on behalf of a client: ends when its time is up, the client left, or the server shuts down. */
export class Hold {
  readonly #controller = new AbortController();
  readonly #others: readonly AbortSignal[];
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #end = (): void => this.#controller.abort();

  /** @param ms `Infinity` for no limit of its own */
  constructor(ms: number, ...others: readonly AbortSignal[]) {
    this.#others = others;
    this.#timer = Number.isFinite(ms) ? setTimeout(this.#end, ms) : undefined;
    for (const other of others) other.addEventListener('abort', this.#end);
    if (others.some((other) => other.aborted)) this.#end();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Ends it, and with it whatever still waits on its signal. */
  close(): void {
    clearTimeout(this.#timer);
    for (const other of this.#others) other.removeEventListener('abort', this.#end);
    this.#end();
  }
}

/** Aborts when the connection of this answer is gone or the answer is out. */
export function clientGone(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  if (reply.raw.destroyed) controller.abort();
  reply.raw.once('close', () => controller.abort());
  return controller.signal;
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Resolves after that time, or when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
