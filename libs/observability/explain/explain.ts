import { decisionId, reasonTable, type Action, type DecisionRecord, type Mode, type Reason } from '#libs/core';
import { changesWords } from './changes.ts';
import { askedLines } from './asked.ts';
import { heldBy } from './held-by.ts';
import { sawWords } from './jobs.ts';
import { missingPhrases } from './missing.ts';
import { instant, span } from './units.ts';
import type { Factor } from '../label-sets.ts';
import { limitingFactor } from '../limiting-factor.ts';

export interface ExplanationLine {
  readonly name: string;
  readonly text: string;
}

/** Why the limit is what it is, of one decision record. */
export interface Explanation {
  /** The decision's. */
  readonly id: string;
  /** End of its period, ISO 8601. */
  readonly at: string;
  /** Jobs the gate lets run at once. */
  readonly limit: number;
  readonly mode: Mode;
  readonly strategy: string;
  readonly factor: Factor;
  readonly action: Action;
  readonly reason: Reason;
  /** In the order in which they are read; the first two are always there. */
  readonly lines: readonly ExplanationLine[];
  /** The first two lines as text. */
  readonly short: string;
  /** Where to look for what is behind the reason. */
  readonly look: string;
}

/** Puts a decision into words, of its record alone. */
export function explain(record: DecisionRecord): Explanation {
  const { limit, mode, strategy, action, reason, observation } = record;
  const missing = [
    ...missingPhrases(observation.missing),
    ...(observation.queue === undefined ? ['queue depth: the queue did not tell it in time'] : []),
  ];
  const held = heldBy(record);
  const lines: readonly ExplanationLine[] = [
    { name: 'limit', text: headline(record) },
    { name: 'held by', text: held },
    ...askedLines(record, held),
    { name: 'saw', text: sawWords(observation) },
    { name: 'missing', text: missing.join(' · ') },
    { name: 'shadow', text: shadowWords(record) },
    { name: 'changes', text: changesWords(record) },
  ].filter(({ text }) => text !== '');
  return {
    id: decisionId(record),
    at: new Date(record.at).toISOString(),
    limit: limit.gate,
    mode,
    strategy,
    factor: limitingFactor(record),
    action,
    reason,
    lines,
    short: textOf(lines.slice(0, 2)),
    look: reasonTable[reason].look,
  };
}

/** The whole of it as it is read on a terminal. */
export function explanationText({ lines }: Explanation): string {
  return textOf(lines);
}

function textOf(lines: readonly ExplanationLine[]): string {
  return lines.map(({ name, text }, index) => `${index === 0 ? `${name} ` : name.padEnd(9)}${text}`).join('\n');
}

function headline(record: DecisionRecord): string {
  const { limit, observation, mode, strategy } = record;
  const { inFlight, queue } = observation;
  // A gate that never changed was the same before.
  const untouched = limit.was === limit.gate;
  const since = limit.since === 0 ? 'since now' : `since ${span(limit.since)}`;
  return [
    String(limit.gate),
    `running ${inFlight.last}`,
    `waiting ${queue === undefined ? 'unknown' : queue.waiting}`,
    `${since} (${untouched ? 'unchanged so far' : `was ${limit.was}`})`,
    mode,
    strategy,
    `decision ${decisionId(record)} at ${instant(record.at)}`,
  ].join(' · ');
}

function shadowWords({ shadows = [] }: DecisionRecord): string {
  return shadows
    .map(({ strategy, limit, reason, error }) => {
      const failure = error === undefined ? '' : `: ${error.name}: ${error.message}`;
      return `${strategy} ${Number(limit.toFixed(2))} (${reason}${failure})`;
    })
    .join(' · ');
}
