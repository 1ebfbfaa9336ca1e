import { connect } from 'node:net';

const firstPauseMs = 500;
const longestPauseMs = 5000;
const connectTimeoutMs = 2000;

/** Errors of a connection that was never made: the upstream has seen nothing of the job. */
const neverConnected: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

export function isUnreachable(error: unknown): boolean {
  return error instanceof Error && 'code' in error && neverConnected.has(String(error.code));
}

/** Knows whether the upstream takes connections; while it does not, asks again every few seconds. */
export class Reachability {
  readonly #origin: URL;
  readonly #onChange: (reachable: boolean, detail: string) => void;
  #reachable: boolean | undefined;
  #pauseMs = firstPauseMs;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(origin: URL, onChange: (reachable: boolean, detail: string) => void) {
    this.#origin = origin;
    this.#onChange = onChange;
  }

  get reachable(): boolean {
    return this.#reachable === true;
  }

  /** Looks once, and goes on looking by itself until it is there. */
  async look(): Promise<void> {
    const failure = await tryConnection(this.#origin);
    if (this.#closed) return;
    if (failure === undefined) return this.#say(true, '');
    this.lost(failure);
  }

  /** A request could not connect. */
  lost(detail: string): void {
    this.#say(false, detail);
    if (this.#timer !== undefined || this.#closed) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.look();
    }, this.#pauseMs);
    this.#pauseMs = Math.min(2 * this.#pauseMs, longestPauseMs);
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #say(reachable: boolean, detail: string): void {
    if (reachable) this.#pauseMs = firstPauseMs;
    if (reachable === this.#reachable) return;
    this.#reachable = reachable;
    this.#onChange(reachable, detail);
  }
}

/** Answers with what went wrong, or nothing. */
function tryConnection({ hostname, port, protocol }: URL): Promise<string | undefined> {
  return new Promise((resolve) => {
    const host = hostname.replace(/^\[|\]$/g, '');
    const socket = connect({ host, port: Number(port || (protocol === 'https:' ? 443 : 80)) });
    const done = (failure: string | undefined): void => {
      socket.destroy();
      resolve(failure);
    };
    socket.setTimeout(connectTimeoutMs, () => done(`no connection within ${connectTimeoutMs} ms`));
    socket.once('connect', () => done(undefined));
    socket.once('error', (error) => done(error.message));
  });
}
