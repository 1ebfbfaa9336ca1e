import type { Ending } from '../ending.ts';
import { jsonCopy } from './json.ts';

/** What reads a handler's values: warnings go to the job's log. */
export interface Reader {
  readonly warn: (message: string) => void;
}

/**
 * What a handler returned, as RunPod's SDK reads it: an object loses `error` and `refreshWorker` (`refresh_worker`); a
 * truthy error fails the job, the rest is its output; an empty rest is no output. All else is the output as it is.
 */
export function readReturned(value: unknown, reader: Reader): Ending {
  if (!isRecord(value)) return readOutput(value, {}, reader);
  const { error, refresh_worker: snake, refreshWorker: camel, ...rest } = value;
  const refresh = Boolean(snake) || Boolean(camel) ? { refreshWorker: true } : {};
  // Only own, plain fields were taken: an instance keeps its class, so that what is no JSON is still named.
  const output = 'error' in value || 'refresh_worker' in value || 'refreshWorker' in value ? rest : value;
  if (!error) return readOutput(output, refresh, reader);
  const read = readOutput(output, refresh, reader);
  const failed = { ok: false, errorType: 'handler-threw', message: errorText(error), ...refresh } as const;
  return read.ok && 'output' in read ? { ...failed, output: read.output } : failed;
}

/** The text of an `error` that a handler returned or yielded. */
export function errorText(error: unknown): string {
  if (typeof error === 'string') return error;
  if (error instanceof Error) return error.message;
  const copied = jsonCopy(error, 'error');
  return copied.ok ? JSON.stringify(copied.json) : copied.problem;
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]';
}

export function badOutput(problem: string): Ending {
  const message = `the handler's ${problem}. Return numbers, strings, booleans, null, arrays and plain objects of them.`;
  return { ok: false, errorType: 'bad-output', message };
}

function readOutput(value: unknown, refresh: { refreshWorker?: boolean }, reader: Reader): Ending {
  const copied = jsonCopy(value, 'output');
  if (!copied.ok) return { ...badOutput(copied.problem), ...refresh };
  warnNotFinite(copied.notFinite, reader);
  const { json } = copied;
  const empty = json === undefined || (isRecord(json) && Object.keys(json).length === 0);
  return empty ? { ok: true, ...refresh } : { ok: true, output: json, ...refresh };
}

export function warnNotFinite(count: number, reader: Reader): void {
  if (count === 0) return;
  reader.warn(`the output held ${count} NaN or infinite numbers, which JSON cannot hold: they became null`);
}
