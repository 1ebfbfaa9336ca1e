import type { JobPolicy } from '#libs/core';
import { BadRequest, shown, type Clamp } from './bounded.ts';
import { parseDeclared, type Declared } from './declared.ts';
import { parsePolicy } from './policy.ts';

/** The body of `/run` and `/runsync`: validated, clamped, without the keys that are the server's own. */
export interface JobRequest extends Declared {
  readonly input: unknown;
  readonly extra: Readonly<Record<string, unknown>>;
  readonly policy: JobPolicy;
  readonly webhook?: string;
  readonly webhookV2?: string;
  readonly s3Config?: unknown;
}

export interface ParsedRequest {
  readonly request: JobRequest;
  /** Values that were out of range, for the log. */
  readonly clamps: readonly Clamp[];
  /** Keys that no worker may receive, dropped. */
  readonly dropped: readonly string[];
}

/**
 * Reads a request body; unknown top-level keys pass through to the job, as RunPod's own examples send some.
 * @param queryTtl `?ttl=`
 * @throws {BadRequest} with the client's text
 */
export function parseRequest(body: unknown, queryTtl?: unknown): ParsedRequest {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new BadRequest(`The body must be a JSON object, got ${shown(body)}. Send {"input": {…}}.`);
  }
  if (!Object.hasOwn(body, 'input')) throw new BadRequest(missingInput);
  const given = body as Readonly<Record<string, unknown>>;
  const clamps: Clamp[] = [];
  const request = {
    input: given['input'],
    extra: extraKeys(given),
    policy: parsePolicy(given['policy'], queryTtl, clamps),
    ...parseDeclared(given['flyball']),
    ...text('webhook', given['webhook']),
    ...text('webhookV2', given['webhookV2']),
    ...(given['s3Config'] === undefined || given['s3Config'] === null ? {} : { s3Config: given['s3Config'] }),
  };
  return { request, clamps, dropped: Object.keys(given).filter(isForbidden) };
}

const missingInput =
  '"input" is missing. Send {"input": …} with any JSON value, {} and null included. ' +
  '(The Go client leaves an empty input out: give it at least one key.)';

/** Named by the protocol: read here, never part of `extra`. */
const requestKeys = new Set(['input', 'webhook', 'webhookV2', 'policy', 's3Config', 'flyball']);

/** The server's own names in a job: what a client sends under them is replaced. */
const serverKeys = new Set([
  'id',
  'status',
  'output',
  'error',
  'delayTime',
  'executionTime',
  'retries',
  'workerId',
  'attempt',
  'enqueuedAt',
  'batchId',
  'traceparent',
]);

/** RunPod's SDK builds `Job(**job)`: `self` or a dunder key makes it lose the job and the rest of its batch. */
export function isForbidden(key: string): boolean {
  return key === 'self' || key.startsWith('__');
}

function extraKeys(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(given).filter(([key]) => !requestKeys.has(key) && !serverKeys.has(key) && !isForbidden(key)),
  );
}

function text(key: 'webhook' | 'webhookV2', value: unknown): { webhook?: string; webhookV2?: string } {
  if (value === undefined || value === null || value === '') return {};
  if (typeof value === 'string') return { [key]: value };
  throw new BadRequest(`"${key}" must be a URL as a text, got ${shown(value)}. Correct it or leave it out.`);
}
