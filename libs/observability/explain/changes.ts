import { reasonTable, type DecisionRecord } from '#libs/core';
import { endOfOrder } from './order.ts';
import { instant } from './units.ts';
import { boundWords, modeWords } from './words.ts';
import { limitingFactor } from '../limiting-factor.ts';

const moreMemory =
  'a job that ends and gives its memory back; jobs that need less, or declare what they need; a lower CONCURRENCY_GUARD_MARGIN';

/** What would bring another limit. */
export function changesWords(record: DecisionRecord): string {
  const { mode } = record;
  if (mode === 'draining') return modeWords.draining.change;
  if (mode === 'auto') return causeChange(record);
  if (mode === 'dry-run') return `${causeChange(record)}; ${modeWords[mode].change}`;
  // Also after an out-of-memory cut: while the order holds nothing grows again.
  const by = endOfOrder(record);
  const end = by === undefined ? 'the order has no end of its own' : `at ${instant(by)} it goes back by itself`;
  return `${modeWords[mode].change}; ${end}`;
}

function causeChange(record: DecisionRecord): string {
  const { reason, bounds } = record;
  const factor = limitingFactor(record);
  if (factor === 'guard' && reason !== 'oom-cut') return moreMemory;
  if (factor === 'bound' && bounds.bit !== 'none') return boundWords[bounds.bit].change;
  return reasonTable[reason].change;
}
