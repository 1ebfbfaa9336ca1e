import { parentPort, workerData } from 'node:worker_threads';
import { Pool } from 'undici';

/**
 * Pings from a thread of its own, so that a handler that blocks the event loop for a while does not cost the worker its jobs
 * (H11). It imports nothing of ours, so that it starts from a source or a built file alike.
 */
export interface PingThreadData {
  /** Without the list of jobs. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  /** The main thread has not answered for so long: it stands, and no more is sent. ms */
  readonly patienceMs: number;
}

/** `due`: what is to be listed? Else how the ping went. */
export type PingThreadSays = 'due' | { readonly tookMs: number } | { readonly error: string };

/** The parameter with the list, ready for the URL; '' when nothing is held. */
export type PingThreadHears = string;

const { url, headers, intervalMs, patienceMs } = workerData as PingThreadData;
const { origin, pathname, search } = new URL(url);
const pool = new Pool(origin, { allowH2: false });
/** Tries of one ping, and the pause between them, ms. */
const mostTries = 3;
const retryMs = Math.min(1000, intervalMs / 4);
/** How long the main thread may take to say what it holds, before what it said last is sent. ms */
const answerMs = Math.min(500, intervalMs / 4);

let listed: PingThreadHears = '';
let heardAt = performance.now();
let waiting: NodeJS.Timeout | undefined;

parentPort?.on('message', (heard: PingThreadHears) => {
  listed = heard;
  heardAt = performance.now();
  if (waiting !== undefined) void ping(1);
});

function due(): void {
  say('due');
  clearTimeout(waiting);
  waiting = setTimeout(() => void ping(1), answerMs);
}

async function ping(tries: number): Promise<void> {
  clearTimeout(waiting);
  waiting = undefined;
  if (performance.now() - heardAt > patienceMs) return;
  const started = performance.now();
  const error = await post().catch((error: unknown) => String(error));
  if (error === undefined) return say({ tookMs: performance.now() - started });
  say({ error });
  if (tries < mostTries) setTimeout(() => void ping(tries + 1), retryMs);
}

/** Answers with what went wrong, or nothing. */
async function post(): Promise<string | undefined> {
  const query = [search.slice(1), listed].filter((part) => part !== '').join('&');
  const { statusCode, body } = await pool.request({
    method: 'GET',
    path: query === '' ? pathname : `${pathname}?${query}`,
    headers,
    headersTimeout: 2 * intervalMs,
    bodyTimeout: 2 * intervalMs,
  });
  await body.dump();
  return statusCode >= 200 && statusCode < 300 ? undefined : `the platform answered ${statusCode}`;
}

function say(what: PingThreadSays): void {
  parentPort?.postMessage(what, []);
}

due();
setInterval(due, intervalMs);
