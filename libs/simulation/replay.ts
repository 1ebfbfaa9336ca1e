import {
  decisionId,
  observationOf,
  stepController,
  type AnyStrategy,
  type ControllerSetup,
  type ControllerState,
  type DecisionRecord,
} from '#libs/core';
import { firstDifference, type Difference } from './difference.ts';

/** Where a record and its replay part; the first one found. */
export interface ReplayDifference extends Difference {
  /** `<worker>-<seq>` */
  readonly id: string;
}

export interface Replay {
  /** Records before the first checkpoint cannot be replayed. */
  readonly skipped: number;
  readonly replayed: number;
  /** Changes of the gate among them. */
  readonly changes: number;
  /** Absent when every verdict was found again, bit for bit. */
  readonly difference?: ReplayDifference;
}

interface Running {
  readonly setup: ControllerSetup;
  readonly state: ControllerState;
  readonly record: DecisionRecord;
}

/**
 * Recomputes every verdict of a decision log from its observations and compares it bit for bit: decision, terms, bounds,
 * limit, action, reason, and the controller's state at each checkpoint. It starts at the first checkpoint and stops at the
 * first difference. `resolve` finds a strategy by name; one that is not found is a difference.
 */
export function replay(records: Iterable<DecisionRecord>, resolve: (name: string) => AnyStrategy | undefined): Replay {
  let running: Running | undefined;
  let [skipped, replayed, changes] = [0, 0, 0];
  for (const record of records) {
    const begun = begin(running, record, resolve);
    if (begun === undefined) {
      skipped += 1;
      continue;
    }
    const difference = 'path' in begun ? begun : compare(begun, record);
    if ('path' in difference) {
      return { skipped, replayed, changes, difference: { ...difference, id: decisionId(record) } };
    }
    running = difference;
    replayed += 1;
    if (record.action !== 'hold') changes += 1;
  }
  return { skipped, replayed, changes };
}

/** The setup and state before this record: carried on, or taken from its checkpoint; undefined before the first one. */
function begin(
  running: Running | undefined,
  record: DecisionRecord,
  resolve: (name: string) => AnyStrategy | undefined,
): Omit<Running, 'record'> | Difference | undefined {
  const { checkpoint } = record;
  const follows = running !== undefined && isNext(running.record, record);
  if (checkpoint === undefined) {
    if (running === undefined) return undefined;
    if (!follows) return { path: 'seq', recorded: record.seq, replayed: running.record.seq + 1 };
    return running;
  }
  const state = follows ? firstDifference('checkpoint.state', checkpoint.state, running.state) : undefined;
  if (state !== undefined) return state;
  const strategy = resolve(record.strategy);
  if (strategy === undefined) return { path: 'strategy', recorded: record.strategy, replayed: undefined };
  const { config, bounds, dryRun } = checkpoint;
  return { setup: { strategy, config, bounds, initial: checkpoint.state.limit, dryRun }, state: checkpoint.state };
}

/** The next period of the same worker under the same strategy and parameters. */
function isNext(last: DecisionRecord, record: DecisionRecord): boolean {
  return (
    record.worker === last.worker &&
    record.seq === last.seq + 1 &&
    record.strategy === last.strategy &&
    record.configHash === last.configHash
  );
}

function compare({ setup, state }: Omit<Running, 'record'>, record: DecisionRecord): Running | Difference {
  const { observation } = record;
  if (observation.limit !== state.limit) {
    return { path: 'observation.limit', recorded: observation.limit, replayed: state.limit };
  }
  const step = stepController(setup, state, observationOf(record));
  const { mode, decision, bounds, limit, action, reason, error } = record;
  const recorded = { mode, decision, bounds, limit, action, reason, ...(error && { error }) };
  return firstDifference('', recorded, step.verdict) ?? { setup, state: step.state, record };
}
