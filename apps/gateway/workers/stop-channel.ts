import { aborted, Hold } from '../hold.ts';

interface Stop {
  /** How often it has been said. */
  sent: number;
  /** Not said again before. */
  due: number;
  reported: boolean;
}

/** Then it is a slot that its worker has leaked. */
const mostRepeats = 10;
const longestPauseMs = 30_000;
/** Ids that one worker may be told; it cannot list more in a ping. */
const mostStops = 2_000;

export interface StopChannelOptions {
  /** ms */
  readonly now: () => number;
  readonly repeatMs: number;
}

/**
 * The jobs that one worker must stop. It does not answer, and a job that it has not started yet ignores the stop; so each
 * is said again until the worker's pings do not name it any more.
 */
export class StopChannel {
  readonly #options: StopChannelOptions;
  readonly #stops = new Map<string, Stop>();
  #added = new AbortController();

  constructor(options: StopChannelOptions) {
    this.#options = options;
  }

  add(id: string): void {
    if (this.#stops.has(id)) return;
    this.#stops.set(id, { sent: 0, due: this.#options.now(), reported: false });
    const [oldest] = this.#stops.keys();
    if (this.#stops.size > mostStops && oldest !== undefined) this.#stops.delete(oldest);
    this.#added.abort();
    this.#added = new AbortController();
  }

  /** The job is over for this worker, or is its own again. */
  remove(id: string): void {
    this.#stops.delete(id);
  }

  /** A ping named these and no others. Answers with the stops that go unheard, each once. */
  named(ids: ReadonlySet<string>): readonly string[] {
    const ignored: string[] = [];
    for (const [id, stop] of this.#stops) {
      if (!ids.has(id) && stop.sent > 0) this.#stops.delete(id);
      else if (ids.has(id) && stop.sent >= mostRepeats && !stop.reported) {
        stop.reported = true;
        ignored.push(id);
      }
    }
    return ignored;
  }

  /** Waits until there is something to say. Aborted: nothing. */
  async next(signal: AbortSignal): Promise<readonly string[]> {
    while (!signal.aborted) {
      const ids = this.#due();
      if (ids.length > 0) return ids;
      await this.#change(signal);
    }
    return [];
  }

  #due(): readonly string[] {
    const now = this.#options.now();
    const due = [...this.#stops].filter(([, stop]) => stop.sent < mostRepeats && stop.due <= now);
    for (const [, stop] of due) {
      stop.due = now + Math.min(this.#options.repeatMs * 2 ** stop.sent, longestPauseMs);
      stop.sent += 1;
    }
    return due.map(([id]) => id);
  }

  /** The next stop is due, or there is a new one, or the wait is over. */
  async #change(signal: AbortSignal): Promise<void> {
    const waiting = [...this.#stops.values()].filter(({ sent }) => sent < mostRepeats);
    const next = Math.min(longestPauseMs, ...waiting.map(({ due }) => due - this.#options.now()));
    const hold = new Hold(Math.max(10, next), signal, this.#added.signal);
    await aborted(hold.signal);
    hold.close();
  }
}
