import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { FlyballError } from '#libs/core';
import { parseTrace, withTraces, type Scenario, type TraceRow } from '#libs/simulation';

/** For the last jobs to end, ms. */
const grace = 60_000;
/** What fits in memory, ms. */
const longest = 24 * 3_600_000;

/**
 * The recorded requests of a CSV file, at their times, on the device of S7.
 * @throws {FlyballError} NO_TRACE when it cannot be read, BAD_TRACE with the line and the rule
 */
export async function traceScenario(path: string): Promise<Scenario> {
  const rows = await rowsOf(path);
  const ends = Math.min(longest, 1000 * Math.ceil(((rows.at(-1)?.at ?? 0) + grace) / 1000));
  const summary = `${rows.length} recorded requests, at their times, on the device of S7`;
  return { ...withTraces({ conv: rows }).S7, name: basename(path), summary, duration: ends };
}

async function rowsOf(path: string): Promise<readonly TraceRow[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const message = `${path} cannot be read: ${String(cause)}. Name a CSV file of arrivals: --trace FILE.`;
    throw new FlyballError('NO_TRACE', message, { cause });
  });
  return parseTrace(text);
}
