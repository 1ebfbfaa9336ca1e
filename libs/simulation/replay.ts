import {
  decisionId,
  drainController,
  leastOf,
  observationOf,
  stepController,
  withOrder,
  type AnyStrategy,
  type Checkpoint,
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

type Resolve = (name: string) => AnyStrategy | undefined;

/**
 * Recomputes every verdict of a decision log from its observations and compares it bit for bit: decision, terms, bounds,
 * limit, action, reason, members, shadows, and the controller's state at each checkpoint. What people said, and that the
 * worker was told to stop, came from outside like the observations; it is taken from the records. It starts at the first checkpoint and stops at the first
 * difference. `resolve` finds a strategy by name; one that is not found is a difference.
 */
export function replay(records: Iterable<DecisionRecord>, resolve: Resolve): Replay {
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
  resolve: Resolve,
): Omit<Running, 'record'> | Difference | undefined {
  const { checkpoint } = record;
  const follows = running !== undefined && isNext(running.record, record);
  if (checkpoint === undefined) {
    if (running === undefined) return undefined;
    if (!follows) return { path: 'seq', recorded: record.seq, replayed: running.record.seq + 1 };
    return { setup: running.setup, state: obeying(running.state, record) };
  }
  const state = obeying(checkpoint.state, record);
  const parted = follows && firstDifference('checkpoint.state', state, obeying(running.state, record));
  if (parted) return parted;
  const setup = setupOf(record.strategy, checkpoint, resolve);
  return 'path' in setup ? setup : { setup, state };
}

/** The state with the order that the record tells of. One that had run out before it may still stand in a checkpoint. */
function obeying(state: ControllerState, { mode, override }: DecisionRecord): ControllerState {
  if (mode !== 'override' && mode !== 'frozen') return state.order === undefined ? state : withOrder(state, undefined);
  return override === undefined ? state : withOrder(state, { mode, ...override });
}

function setupOf(name: string, checkpoint: Checkpoint, resolve: Resolve): ControllerSetup | Difference {
  const { config, bounds, dryRun, state, shadows = [] } = checkpoint;
  const strategy = resolveAll(name, resolve);
  if (typeof strategy === 'string') return { path: 'strategy', recorded: strategy, replayed: undefined };
  const resolved: NonNullable<ControllerSetup['shadows']>[number][] = [];
  for (const shadow of shadows) {
    const found = resolveAll(shadow.strategy, resolve);
    if (typeof found === 'string') return { path: 'strategy', recorded: found, replayed: undefined };
    resolved.push({ strategy: found, config: shadow.config });
  }
  return { strategy, config, bounds, initial: state.limit, dryRun, ...(resolved.length > 0 && { shadows: resolved }) };
}

/** A strategy, or the least of several joined by `+`; the name of the first that is not found. */
function resolveAll(name: string, resolve: Resolve): AnyStrategy | string {
  const single = resolve(name);
  if (single !== undefined) return single;
  const members: AnyStrategy[] = [];
  for (const part of name.split('+')) {
    const member = resolve(part);
    if (member === undefined) return part;
    members.push(member);
  }
  return leastOf(members);
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
  const decide = record.mode === 'draining' ? drainController : stepController;
  const step = decide(setup, state, observationOf(record));
  return firstDifference('', verdictOf(record), step.verdict) ?? { setup, state: step.state, record };
}

/** The keys of a verdict alone; undefined where the record has none. */
function verdictOf(record: DecisionRecord): object {
  const { mode, decision, members, binding, shadows, bounds, limit, action, reason, override, error } = record;
  return { mode, decision, members, binding, shadows, bounds, limit, action, reason, override, error };
}
