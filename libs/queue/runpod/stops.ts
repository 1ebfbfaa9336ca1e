import { pause } from '../outbox/pause.ts';
import type { Report } from './notices.ts';
import { readStops } from './take-answer.ts';
import { pauseAfter, retryAfter } from './take-pauses.ts';
import type { Wire } from './wire.ts';

export interface StopsOptions {
  readonly wire: Wire;
  readonly url: string;
  /** Answers whether this worker had such a job. */
  readonly stop: (jobId: string) => boolean;
  readonly wall: () => number;
  readonly random: () => number;
  readonly report: Report;
}

const cutMs = 90_000;
const floorMs = 1000;
const mostBytes = 1024 * 1024;

/**
 * Asks the platform which jobs are to be stopped, again and again beside everything else (H12): at once after an answer that
 * stopped one, a second after one that did not, 5 s and more after 429, 1–30 s after failures.
 */
export class Stops {
  readonly #options: StopsOptions;
  readonly #stopped = new AbortController();
  readonly #running: Promise<void>;
  #failures = 0;

  constructor(options: StopsOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      const pauseMs = await this.#ask();
      await pause(pauseMs, signal);
    }
  }

  /** Answers with the pause before the next, ms. */
  async #ask(): Promise<number> {
    const { wire, url, stop, wall, random } = this.#options;
    const started = performance.now();
    const { signal } = this.#stopped;
    try {
      const call = { method: 'GET', url, signal, timeoutMs: cutMs, maxBytes: mostBytes } as const;
      const { status, text, headers } = await wire.call(call);
      if (status === 429)
        return pauseAfter({ kind: 'busy', retryAfterMs: retryAfter(headers['retry-after'], wall()) }, 0, 0);
      if (status !== 200 && status !== 204) return this.#failed({ status }, random());
      this.#failures = 0;
      const stopped = readStops(text).filter((id) => stop(id));
      return stopped.length > 0 ? 0 : floorMs;
    } catch (error) {
      if (performance.now() - started >= cutMs - floorMs) return 0;
      return this.#failed({ error: String(error) }, random());
    }
  }

  #failed(fields: Readonly<Record<string, unknown>>, random: number): number {
    if (this.#stopped.signal.aborted) return 0;
    if (this.#failures === 0) this.#options.report('stop-failed', fields);
    this.#failures += 1;
    return pauseAfter({ kind: 'failed' }, this.#failures - 1, random);
  }
}
