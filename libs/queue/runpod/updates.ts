import { Chunks } from './chunks.ts';
import type { Lanes, Way } from './lanes.ts';
import type { Report } from './notices.ts';
import { Progress } from './progress.ts';
import type { Routes } from './variables.ts';
import type { Wire } from './wire.ts';
import { resultHeaders } from './result-headers.ts';
import { withParameters } from './templates.ts';

export interface UpdatesOptions {
  readonly wire: Wire;
  readonly lanes: Lanes;
  readonly routes: Routes;
  readonly random: () => number;
  readonly report: Report;
  /** 404 or 410: the platform does not know the job any more. */
  readonly lost: (jobId: string) => void;
}

/** A progress update that is not answered by then does not hold up the result. ms */
const progressMs = 10_000;
const chunkMs = 30_000;

/** What a job says before its end: progress and chunks. The result waits for both (H9, H10). */
export class Updates {
  readonly #jobId: string;
  readonly #options: UpdatesOptions;
  readonly #progress: Progress;
  readonly #stopped = new AbortController();
  #chunks: Chunks | undefined;
  #way: Way | undefined;

  constructor(jobId: string, options: UpdatesOptions) {
    this.#jobId = jobId;
    this.#options = options;
    this.#progress = new Progress((text) => this.#postProgress(text));
  }

  /** It has had chunks. */
  get streams(): boolean {
    return this.#chunks !== undefined;
  }

  /** JSON texts of chunks that have not arrived for certain. */
  get unsent(): readonly string[] {
    return this.#chunks?.unsent ?? [];
  }

  /** Never rejects. */
  async progress(data: unknown): Promise<void> {
    await this.#progress.tell(JSON.stringify(data ?? null));
  }

  async chunk(data: unknown): Promise<void> {
    const { routes } = this.#options;
    if (routes.stream === undefined) return;
    this.#chunks ??= this.#openChunks(routes.stream(this.#jobId));
    await this.#chunks.push(JSON.stringify(data ?? null));
  }

  /** No more of them; resolves when all have arrived or failed. @throws when aborted */
  async settled(signal: AbortSignal): Promise<void> {
    await this.#progress.end();
    await this.#chunks?.flushed(signal);
    this.#way?.leave();
  }

  stop(): void {
    this.#stopped.abort();
    void this.#progress.end();
    this.#chunks?.stop();
    this.#way?.leave();
  }

  async #postProgress(text: string): Promise<void> {
    const { wire, routes } = this.#options;
    const { status } = await wire.call({
      method: 'POST',
      url: withParameters(routes.result(this.#jobId), { isStream: 'false' }),
      headers: resultHeaders(this.#jobId),
      body: `{"status":"IN_PROGRESS","output":${text}}`,
      signal: this.#stopped.signal,
      timeoutMs: progressMs,
    });
    if (status === 404 || status === 410) this.#options.lost(this.#jobId);
  }

  #openChunks(url: string): Chunks {
    const way = this.#options.lanes.enter(url);
    this.#way = way;
    return new Chunks({
      send: async (text, signal) => {
        const answer = await way.send({ ...chunkCall(this.#jobId, url, text), signal });
        return answer.status;
      },
      lost: () => this.#options.lost(this.#jobId),
      dropped: (status) => this.#options.report('chunk-dropped', { jobId: this.#jobId, status }),
      random: this.#options.random,
    });
  }
}

/** @param text the yield as JSON */
export function chunkCall(
  jobId: string,
  url: string,
  text: string,
): {
  readonly method: 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
} {
  return {
    method: 'POST',
    url: withParameters(url, { isStream: 'false' }),
    headers: resultHeaders(jobId),
    body: `{"output":${text}}`,
    timeoutMs: chunkMs,
  };
}
