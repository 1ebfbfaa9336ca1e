import { pause } from '../outbox/pause.ts';

export interface ChunksOptions {
  /** Posts one chunk in its turn; answers with the status. @throws when nobody answered */
  readonly send: (chunk: string, signal: AbortSignal) => Promise<number>;
  /** The platform does not know the job any more. */
  readonly lost: () => void;
  /** A chunk was not taken and is left out. */
  readonly dropped: (status: number) => void;
  readonly random: () => number;
}

interface Chunk {
  readonly text: string;
  state: 'waiting' | 'flying' | 'over';
  refusals: number;
}

/** What may wait to be sent; whoever yields more waits. */
const mostChunks = 256;
const mostBytes = 1024 * 1024;
const mostFlying = 16;
const refusalsAllowed = 5;

/**
 * The chunks of one job on their way (H10): in order, one yield each, from a bounded buffer. Up to 16 are under way at once on
 * a connection that keeps their order. After a failure those that did not arrive are sent again, one at a time until one
 * passes; a chunk of which it is not known whether it arrived may then come twice, and never not at all.
 */
export class Chunks {
  readonly #options: ChunksOptions;
  readonly #stopped = new AbortController();
  readonly #buffer: Chunk[] = [];
  readonly #waiters: (() => void)[] = [];
  #bytes = 0;
  #flying = 0;
  #window = mostFlying;
  #failures = 0;
  #failed = false;
  /** Those under way now. */
  #flight = new AbortController();

  constructor(options: ChunksOptions) {
    this.#options = options;
  }

  /** JSON texts that have not arrived for certain, oldest first. */
  get unsent(): readonly string[] {
    return this.#buffer.filter(({ state }) => state !== 'over').map(({ text }) => text);
  }

  /** @param text JSON; resolves when the buffer has room for it */
  async push(text: string): Promise<void> {
    while (this.#isFull() && !this.#stopped.signal.aborted) await this.#change();
    if (this.#stopped.signal.aborted) return;
    this.#buffer.push({ text, state: 'waiting', refusals: 0 });
    this.#bytes += text.length;
    this.#fill();
  }

  /** Resolves when all have arrived, or are not to be sent any more. */
  async flushed(signal: AbortSignal): Promise<void> {
    const wake = (): void => this.#tell();
    signal.addEventListener('abort', wake, { once: true });
    while (this.#buffer.length > 0 && !signal.aborted && !this.#stopped.signal.aborted) await this.#change();
    signal.removeEventListener('abort', wake);
    signal.throwIfAborted();
  }

  /** Sends no more. */
  stop(): void {
    this.#stopped.abort();
    this.#tell();
  }

  #isFull(): boolean {
    return this.#buffer.length >= mostChunks || (this.#buffer.length > 0 && this.#bytes >= mostBytes);
  }

  #fill(): void {
    if (this.#failed || this.#stopped.signal.aborted) return;
    for (const chunk of this.#buffer) {
      if (this.#flying >= this.#window) return;
      if (chunk.state === 'waiting') void this.#send(chunk);
    }
  }

  async #send(chunk: Chunk): Promise<void> {
    const flight = this.#flight;
    chunk.state = 'flying';
    this.#flying += 1;
    try {
      const status = await this.#options.send(chunk.text, AbortSignal.any([flight.signal, this.#stopped.signal]));
      this.#answered(chunk, status);
    } catch {
      chunk.state = 'waiting';
      this.#failed = true;
      // The connection is gone: what was behind it must not overtake it on the next.
      flight.abort();
    }
    this.#flying -= 1;
    if (this.#flying === 0 && this.#failed) return this.#startAnew();
    this.#fill();
  }

  #answered(chunk: Chunk, status: number): void {
    if (status >= 200 && status < 300) {
      this.#failures = 0;
      this.#window = Math.min(mostFlying, 2 * this.#window);
      return this.#over(chunk);
    }
    if (status === 404 || status === 410) {
      this.stop();
      return this.#options.lost();
    }
    const isRefused = status >= 400 && status < 500 && status !== 408 && status !== 429;
    if (isRefused) chunk.refusals += 1;
    if (chunk.refusals >= refusalsAllowed) {
      this.#options.dropped(status);
      return this.#over(chunk);
    }
    chunk.state = 'waiting';
    this.#failed = true;
  }

  #over(chunk: Chunk): void {
    chunk.state = 'over';
    for (let [first] = this.#buffer; first?.state === 'over'; [first] = this.#buffer) {
      this.#buffer.shift();
      this.#bytes -= first.text.length;
    }
    this.#tell();
  }

  async #startAnew(): Promise<void> {
    const pauseMs = Math.min(10_000, 250 * 2 ** Math.min(this.#failures, 10)) * (0.5 + 0.5 * this.#options.random());
    this.#failures += 1;
    this.#window = 1;
    this.#flight = new AbortController();
    await pause(pauseMs, this.#stopped.signal);
    this.#failed = false;
    this.#fill();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #tell(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }
}
