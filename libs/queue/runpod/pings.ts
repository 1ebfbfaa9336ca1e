import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Report } from './notices.ts';
import type { PingThreadData, PingThreadSays } from './ping-thread.ts';
import type { RoundTrip } from './round-trip.ts';

export interface PingsOptions extends Omit<PingThreadData, 'patienceMs'> {
  /** Every job held now, the most important first: running, waiting, delivering. */
  readonly held: () => Iterable<string>;
  readonly roundTrip: RoundTrip;
  readonly report: Report;
}

const patienceMs = 60_000;
/** The longest list the SDK sends; a list that was cut comes close to it, by which a gateway knows that it is not all. */
const mostBytes = 65_535;

/** Tells the platform every `intervalMs` which jobs this worker holds (H11). */
export class Pings {
  readonly #options: PingsOptions;
  #thread: Worker | undefined;
  #failing = false;
  #cut = false;
  #closed = false;

  constructor(options: PingsOptions) {
    this.#options = options;
    this.#start();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.terminate();
  }

  /** It does not keep the process alive; one that died is replaced. */
  #start(): void {
    const { url, headers, intervalMs } = this.#options;
    const data: PingThreadData = { url, headers, intervalMs, patienceMs };
    const file = new URL(`./ping-thread${extname(import.meta.url)}`, import.meta.url);
    const thread = new Worker(file, { workerData: data });
    thread.unref();
    thread.on('message', (says: PingThreadSays) => this.#hear(says));
    thread.on('error', (error) => this.#hear({ error: String(error) }));
    thread.on('exit', () => {
      if (!this.#closed) setTimeout(() => this.#closed || this.#start(), intervalMs).unref();
    });
    this.#thread = thread;
  }

  #hear(says: PingThreadSays): void {
    if (this.#closed) return;
    if (says === 'due') return this.#thread?.postMessage(this.#list(), []);
    if ('tookMs' in says) this.#options.roundTrip.add(says.tookMs);
    else if (!this.#failing) this.#options.report('ping-failed', { error: says.error });
    this.#failing = 'error' in says;
  }

  #list(): string {
    const { ids, left } = fitting(this.#options.held());
    if (left > 0 && !this.#cut) this.#options.report('ping-list-cut', { left });
    this.#cut = left > 0;
    return ids.length > 0 ? `job_id=${ids.join('%2C')}` : '';
  }
}

/** As many as a list may hold, encoded. */
export function fitting(held: Iterable<string>): { readonly ids: readonly string[]; readonly left: number } {
  const ids: string[] = [];
  // Commas stand between the ids only.
  let bytes = -1;
  let left = 0;
  for (const id of held) {
    const encoded = encodeURIComponent(id);
    bytes += encoded.length + 1;
    if (bytes > mostBytes) left += 1;
    else ids.push(encoded);
  }
  return { ids, left };
}
