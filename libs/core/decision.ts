import { reasonTable } from './reason-table.ts';

export type Reason = keyof typeof reasonTable;
export const reasons = Object.keys(reasonTable) as readonly Reason[];
const known: ReadonlySet<string> = new Set(reasons);

export interface Decision {
  /** Wanted limit, fractional, before bounds. */
  readonly limit: number;
  readonly reason: Reason;
  /** The numbers behind it, e.g. `{ error, p, i, d }`; finite. */
  readonly terms?: Readonly<Record<string, number>>;
}

/** A plugin's reason outside the closed set becomes one inside it, by direction, with the term `unlistedReason: 1`. */
export function listedReason(decision: Decision, limit: number): Decision {
  const { terms } = decision;
  // Nothing but these three gets into the record, whatever else the object carries.
  if (known.has(decision.reason)) return { limit: decision.limit, reason: decision.reason, ...(terms && { terms }) };
  const reason = decision.limit > limit ? 'headroom' : decision.limit < limit ? 'signal-high' : 'steady';
  return { limit: decision.limit, reason, terms: { ...terms, unlistedReason: 1 } };
}

/** A term that is not a finite number would be lost in JSON, and the record would not replay. */
export function finiteTerms(decision: Decision): Decision {
  const { terms } = decision;
  if (terms === undefined || Object.values(terms).every(Number.isFinite)) return decision;
  const entries = Object.entries(terms);
  return { ...decision, terms: Object.fromEntries(entries.filter(([, value]) => Number.isFinite(value))) };
}
