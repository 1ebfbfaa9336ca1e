import { reasonTable, type DecisionRecord } from '#libs/core';
import type { ExplanationLine } from './explain.ts';
import { signalOf } from './signal.ts';
import { jobs, short } from './units.ts';

/**
 * What the strategy wanted, its members and its failure, and which bound made something else of it. `held`: the line
 * before; what the reason means is not said twice.
 */
export function askedLines(record: DecisionRecord, held: string): readonly ExplanationLine[] {
  // Nobody is asked any more.
  if (record.mode === 'draining') return [];
  const { decision, members = [], binding, error, bounds } = record;
  const { limit, reason, terms = {} } = decision;
  const { says } = reasonTable[reason];
  // Where the strategy says that it cannot say, the controller decides, and its own words are in the line before.
  const told = held.includes(says) || reasonTable[reason].class === 'safety';
  const wanted = `${jobs(limit)}  ${reason}${told ? '' : `: ${says}`}${termWords(terms)}`;
  const asked = members.map((member) => {
    const least = member.strategy === binding ? ', the least' : '';
    return `${member.strategy} ${jobs(member.limit)} (${member.reason}${least})`;
  });
  return [
    { name: 'wanted', text: wanted },
    { name: 'members', text: asked.join(' · ') },
    { name: 'error', text: error === undefined || held.includes(error.message) ? '' : errorWords(error) },
    { name: 'bounds', text: bounds.bit === 'none' ? '' : `${bounds.bit}: ${jobs(bounds.in)} → ${jobs(bounds.out)}` },
  ];
}

export function errorWords({ kind, name, message }: NonNullable<DecisionRecord['error']>): string {
  return `${kind}: ${name}: ${message}`;
}

/** Terms that have a direction. */
const signed: ReadonlySet<string> = new Set(['error', 'p', 'i', 'd', 'shift']);

function termWords(terms: Readonly<Record<string, number>>): string {
  const words = Object.entries(terms).map(([name, value]) => {
    const signal = signalOf(name);
    if (signal !== undefined) return `by ${signal}`;
    return `${spaced(name)} ${signed.has(name) && value > 0 ? '+' : ''}${short(value)}`;
  });
  return words.length === 0 ? '' : `  (${words.join(', ')})`;
}

/** `atFloor` as `at floor` */
function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
