import { durationMs, nearest } from '#libs/config';
import { FlyballError } from '#libs/core';

/** What a person asks of the controller over HTTP, checked; without `by` where the body may not say it. */
export interface OverrideRequest {
  readonly limit: number;
  readonly reason: string;
  readonly forMs: number;
  readonly by?: string;
}

export interface FreezeRequest {
  readonly reason: string;
  readonly forMs?: number;
  readonly by?: string;
}

const longestTtl = '24h';
const longestReason = 200;
const longestName = 64;

/**
 * Body of `PUT /controller/override`: `{ limit, reason, ttl, by? }`.
 * @throws {FlyballError} BAD_BODY, BAD_LIMIT, BAD_REASON, BAD_TTL, BAD_AUTHOR: what was given and the next step
 */
export function overrideRequest(body: unknown, max: number): OverrideRequest {
  const fields = fieldsOf(body, ['limit', 'reason', 'ttl', 'by']);
  const { limit } = fields;
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 0 || limit > max) {
    throw refused('BAD_LIMIT', 'limit', limit, `Send a whole number from 0 to ${max}, which is CONCURRENCY_MAX`);
  }
  const forMs = ttlOf(fields['ttl']);
  if (forMs === undefined) {
    throw refused('BAD_TTL', 'ttl', undefined, `Say for how long, such as "10m"; at most "${longestTtl}"`);
  }
  return { limit, forMs, ...wordsOf(fields) };
}

/** Body of `PUT /controller/freeze`: `{ reason, ttl?, by? }`; without `ttl` until somebody resumes. */
export function freezeRequest(body: unknown): FreezeRequest {
  const fields = fieldsOf(body, ['reason', 'ttl', 'by']);
  const forMs = ttlOf(fields['ttl']);
  return { ...(forMs !== undefined && { forMs }), ...wordsOf(fields) };
}

function fieldsOf(body: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new FlyballError('BAD_BODY', `The body is no JSON object. Send one with ${known.join(', ')}.`);
  }
  const stranger = Object.keys(body).find((name) => !known.includes(name));
  if (stranger === undefined) return { ...body };
  const meant = nearest(stranger, known);
  const hint = meant === undefined ? `Known: ${known.join(', ')}.` : `Did you mean ${meant}?`;
  throw new FlyballError('BAD_BODY', `"${stranger.slice(0, 50)}" is not a field of this request. ${hint}`);
}

function ttlOf(ttl: unknown): number | undefined {
  if (ttl === undefined) return undefined;
  const ms = typeof ttl === 'string' ? (/[a-z]$/.test(ttl) ? durationMs(ttl) : undefined) : ttl;
  if (typeof ms === 'number' && ms > 0 && ms <= (durationMs(longestTtl) ?? 0)) return ms;
  throw refused('BAD_TTL', 'ttl', ttl, `Send a duration such as "10m", or a number of ms; at most "${longestTtl}"`);
}

function wordsOf({ reason, by }: Readonly<Record<string, unknown>>): { readonly reason: string; readonly by?: string } {
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > longestReason) {
    const next = `Say why in 1 to ${longestReason} characters: the decision record keeps it`;
    throw refused('BAD_REASON', 'reason', reason, next);
  }
  if (by === undefined) return { reason: reason.trim() };
  if (typeof by !== 'string' || by.trim() === '' || by.length > longestName) {
    throw refused('BAD_AUTHOR', 'by', by, `Send a name of 1 to ${longestName} characters, or leave it out`);
  }
  return { reason: reason.trim(), by: by.trim() };
}

function refused(code: string, field: string, value: unknown, next: string): FlyballError {
  const said = value === undefined ? 'is missing' : `= ${JSON.stringify(value).slice(0, 80)} is refused`;
  return new FlyballError(code, `${field} ${said}. ${next}.`);
}
