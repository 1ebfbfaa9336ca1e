import { nearest } from '#libs/config';
import { FlyballError } from '#libs/core';

type Query = Readonly<Record<string, unknown>>;

export interface DecisionsRequest {
  /** ms since 1970; only decisions after it. */
  readonly since: number;
  /** The newest that many. */
  readonly limit: number;
}

const mostDecisions = 3600;
const defaultDecisions = 60;

/**
 * Query of `GET /controller/decisions`: `since` and `limit`.
 * @throws {FlyballError} BAD_QUERY, BAD_TIME, BAD_LIMIT: what was given and the next step
 */
export function decisionsRequest(query: Query): DecisionsRequest {
  const { since, limit = String(defaultDecisions) } = fieldsOf(query, ['since', 'limit']);
  const count = Number(limit);
  if (!Number.isInteger(count) || count < 1 || count > mostDecisions || limit === '') {
    throw new FlyballError('BAD_LIMIT', `limit = "${short(limit)}" is refused. Ask for 1 to ${mostDecisions}.`);
  }
  return { since: since === undefined ? 0 : moment('since', since), limit: count };
}

/**
 * Query of `GET /controller/explain`: `at`, ms since 1970, not after `now`; undefined for now.
 * @throws {FlyballError} BAD_QUERY, BAD_TIME: what was given and the next step
 */
export function explainRequest(query: Query, now: number): number | undefined {
  const { at } = fieldsOf(query, ['at']);
  if (at === undefined) return undefined;
  const ms = moment('at', at);
  if (ms <= now) return ms;
  throw new FlyballError('BAD_TIME', `at = "${short(at)}" is in the future. Leave at out for now.`);
}

function fieldsOf<Name extends string>(query: Query, known: readonly Name[]): Partial<Record<Name, string>> {
  const fields: Partial<Record<Name, string>> = {};
  for (const [name, value] of Object.entries(query)) {
    const own = known.find((each) => each === name);
    if (own === undefined) {
      const hint = `Known: ${known.join(', ')}.`;
      const meant = nearest(name, known);
      const next = meant === undefined ? hint : `Did you mean ${meant}?`;
      throw new FlyballError('BAD_QUERY', `"${short(name)}" is no parameter of this request. ${next}`);
    }
    if (typeof value !== 'string') throw new FlyballError('BAD_QUERY', `${own} is given twice. Give it once.`);
    fields[own] = value;
  }
  return fields;
}

/** With its zone, because the worker's may not be that of whoever asks. */
const isoMoment = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[ +-]\d{2}:?\d{2})$/;

function moment(name: string, given: string): number {
  if (/^\d{12,14}$/.test(given)) return Number(given);
  // A "+" that was not escaped in a query is a space there.
  const ms = isoMoment.test(given) ? Date.parse(given.replace(' ', '+')) : Number.NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new FlyballError(
    'BAD_TIME',
    `${name} = "${short(given)}" is no moment. Write it like 2026-09-21T14:03:20Z, or in milliseconds since 1970.`,
  );
}

function short(text: string): string {
  return text.slice(0, 50);
}
