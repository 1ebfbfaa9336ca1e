import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { digestOf } from '../fixtures/handlers/digest.mjs';
import { freePort, startProcess, type StandaloneProcess } from './standalone-process.ts';

export interface CrashReport {
  readonly jobs: number;
  readonly kills: number;
  /** Kills while at least one job ran. */
  readonly killsInFlight: number;
  /** Kills right after a handler's end was seen, while its result was being written. */
  readonly killsAtSettle: number;
  readonly states: Readonly<Record<string, number>>;
  /** Attempts the queue counted, all jobs together. */
  readonly attempts: number;
  /** Jobs by the number of kills that hit them while they ran. */
  readonly hits: Readonly<Record<number, number>>;
  /** Handler runs beyond the first of a job. */
  readonly extraRuns: number;
  /** Handler runs that ended more than once for one job: work done twice. */
  readonly duplicateEnds: number;
  /** Everything that must not be; empty is good. */
  readonly wrong: readonly string[];
}

export interface CrashOptions {
  readonly directory: string;
  readonly jobs: number;
  readonly kills: number;
  readonly random: () => number;
  readonly onKill?: (kill: number) => void;
}

interface Status {
  readonly status: string;
  readonly output?: { readonly digest?: string };
  readonly retries?: number;
  readonly error?: string;
}

const handler = fileURLToPath(new URL('../fixtures/handlers/digest.mjs', import.meta.url)).replace(
  '/dist/test/',
  '/test/',
);
const final = new Set(['COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT']);

/** Kills the standalone with SIGKILL again and again while it works through jobs of known output. */
export async function crash(options: CrashOptions): Promise<CrashReport> {
  const { directory } = options;
  const log = join(directory, 'handler.log');
  writeFileSync(log, '');
  const env = {
    PORT: String(await freePort()),
    QUEUE_URL: `sqlite:${join(directory, 'queue.db')}`,
    CONCURRENCY_STRATEGY: 'fixed',
    CONCURRENCY_FIXED_LIMIT: '16',
    DIGEST_LOG: log,
  };
  const running = { process: await startProcess(handler, env) };
  try {
    return await killAndCount(running, { options, env, log });
  } finally {
    await running.process.stop('SIGKILL');
  }
}

async function killAndCount(
  running: { process: StandaloneProcess },
  setup: { readonly options: CrashOptions; readonly env: Readonly<Record<string, string>>; readonly log: string },
): Promise<CrashReport> {
  const { options, env, log } = setup;
  const { jobs, kills, random } = options;
  const ids = await submit(running.process, jobs, random);
  let killsAtSettle = 0;
  let killsInFlight = 0;
  const hits = new Map<string, number>();
  for (let kill = 0; kill < kills; kill += 1) {
    await pause(50 + random() * 350);
    if (kill % 2 === 1 && (await nextEnd(log))) killsAtSettle += 1;
    await running.process.stop('SIGKILL');
    const hit = inFlight(log);
    if (hit.size > 0) killsInFlight += 1;
    for (const id of hit) hits.set(id, (hits.get(id) ?? 0) + 1);
    writeFileSync(log, `${readFileSync(log, 'utf8')}kill\n`);
    options.onKill?.(kill);
    running.process = await startProcess(handler, env);
  }
  const statuses = await allFinal(running.process, [...ids.keys()]);
  return report({ options, ids, statuses, hits, killsInFlight, killsAtSettle, log: readFileSync(log, 'utf8') });
}

async function submit({ url }: StandaloneProcess, jobs: number, random: () => number): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (let index = 0; index < jobs; index += 1) {
    const text = `job ${index}`;
    const body = JSON.stringify({ input: { text, ms: Math.round(100 + random() * 300) } });
    const response = await fetch(`${url}/v2/local/run`, {
      method: 'POST',
      body,
      headers,
      signal: AbortSignal.timeout(10_000),
    });
    const { id } = (await response.json()) as { id: string };
    ids.set(id, digestOf(text));
  }
  return ids;
}

const headers = { 'content-type': 'application/json' };

/** Waits up to 200 ms for the next end of a handler; the kill then lands in or near its settle. */
async function nextEnd(log: string): Promise<boolean> {
  const before = readFileSync(log, 'utf8').length;
  for (let tries = 0; tries < 200; tries += 1) {
    if (readFileSync(log, 'utf8').slice(before).includes('end ')) return true;
    await pause(1);
  }
  return false;
}

/** Runs begun since the last kill and not ended. */
function inFlight(log: string): Set<string> {
  const since = readFileSync(log, 'utf8').split('kill\n').at(-1) ?? '';
  const open = new Set<string>();
  for (const line of since.split('\n')) {
    const [event, id] = line.split(' ');
    if (event === 'start' && id !== undefined) open.add(id);
    else if (event === 'end' && id !== undefined) open.delete(id);
  }
  return open;
}

async function allFinal({ url }: StandaloneProcess, ids: readonly string[]): Promise<Map<string, Status>> {
  const statuses = new Map<string, Status>();
  for (const id of ids) {
    for (let tries = 0; tries < 600; tries += 1) {
      const status = (await (
        await fetch(`${url}/v2/local/status/${id}`, { signal: AbortSignal.timeout(10_000) })
      ).json()) as Status;
      statuses.set(id, status);
      if (final.has(status.status)) break;
      await pause(100);
    }
  }
  return statuses;
}

function report(facts: {
  readonly options: { readonly jobs: number; readonly kills: number };
  readonly ids: ReadonlyMap<string, string>;
  readonly statuses: ReadonlyMap<string, Status>;
  readonly hits: ReadonlyMap<string, number>;
  readonly killsInFlight: number;
  readonly killsAtSettle: number;
  readonly log: string;
}): CrashReport {
  const starts = countLines(facts.log, 'start');
  const ends = countLines(facts.log, 'end');
  const states: Record<string, number> = {};
  const byHits: Record<number, number> = {};
  const wrong: string[] = [];
  let attempts = 0;
  for (const [id, digest] of facts.ids) {
    const status = facts.statuses.get(id);
    const hit = facts.hits.get(id) ?? 0;
    byHits[hit] = (byHits[hit] ?? 0) + 1;
    const state = status?.status ?? 'unknown';
    states[state] = (states[state] ?? 0) + 1;
    if (!final.has(state)) wrong.push(`${id} is ${state}`);
    // Three lost attempts are the only excuse. A kill between claim and handler, or handler and settle, loses one too, and
    // leaves no open run in the handler's log: so the excuse is the queue's own count, checked against the kills.
    const lost = status?.retries === 2 && facts.options.kills >= 3 && status.error?.includes('attempt 3 of 3') === true;
    if (state !== 'COMPLETED' && !lost) wrong.push(`${id} is ${state}: ${status?.error ?? ''}`);
    attempts += (status?.retries ?? 0) + 1;
    if (state === 'COMPLETED' && status?.output?.digest !== digest) wrong.push(`${id} has a wrong digest`);
  }
  const beyondFirst = (counts: ReadonlyMap<string, number>): number =>
    [...counts.values()].reduce((sum, count) => sum + Math.max(0, count - 1), 0);
  return {
    jobs: facts.options.jobs,
    kills: facts.options.kills,
    killsInFlight: facts.killsInFlight,
    killsAtSettle: facts.killsAtSettle,
    states,
    attempts,
    hits: byHits,
    extraRuns: beyondFirst(starts),
    duplicateEnds: beyondFirst(ends),
    wrong,
  };
}

function countLines(log: string, event: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of log.split('\n')) {
    const [name, id] = line.split(' ');
    if (name === event && id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
