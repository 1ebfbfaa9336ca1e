import type { ControllerSetup, ControllerState, Verdict } from './controller.ts';
import { digestOf } from './digest.ts';
import { FlyballError } from './errors.ts';
import type { GuardFacts } from './guard-facts.ts';
import type { Observation } from './observation.ts';

export const recordVersion = 1;

/**
 * Everything about one period: enough to explain it and to replay it. One JSON object a line. Durations ms, memory
 * bytes, ratios 0..1, unknown = key absent.
 */
export interface DecisionRecord extends Verdict {
  readonly v: typeof recordVersion;
  readonly seq: number;
  /** Drawn anew at each start; `<worker>-<seq>` is the decision's id. */
  readonly worker: string;
  readonly endpoint: string;
  /** Wall clock, ms since 1970. */
  readonly at: number;
  readonly t: number;
  readonly period: number;
  readonly strategy: string;
  readonly configHash: string;
  readonly observation: Omit<Observation, 'seq' | 't' | 'period'>;
  /** Absent while no memory is known and none is expected. */
  readonly guard?: GuardFacts;
  /** The state *before* this period and what it was set up with: replay can start here. */
  readonly checkpoint?: Checkpoint;
  /** Checksum of the line up to here; only in what was read from a log. */
  readonly digest?: string;
}

export interface Checkpoint {
  readonly state: ControllerState;
  readonly config: unknown;
  readonly bounds: { readonly min: number; readonly max: number };
  readonly dryRun: boolean;
  readonly shadows?: readonly { readonly strategy: string; readonly config: unknown }[];
}

export function checkpointOf(setup: ControllerSetup, state: ControllerState): Checkpoint {
  const { config, bounds, dryRun, shadows } = setup;
  const named = shadows?.map((shadow) => ({ strategy: shadow.strategy.name, config: shadow.config }));
  return { state, config, bounds, dryRun, ...(named && { shadows: named }) };
}

/** The first record and every 300th can start a replay. */
export const checkpointEvery = 300;

export function observationOf(record: DecisionRecord): Observation {
  return { seq: record.seq, t: record.t, period: record.period, ...record.observation };
}

export function decisionId(record: Pick<DecisionRecord, 'worker' | 'seq'>): string {
  return `${record.worker}-${record.seq}`;
}

/** One line of a decision log, without its end. Its last key is a checksum of the text before it. */
export function recordLine(record: DecisionRecord): string {
  const text = JSON.stringify(record);
  return `${text.slice(0, -1)},"digest":"${digestOf(text)}"}`;
}

const sealed = /^(.*),"digest":"([^"]*)"\}$/;

/**
 * Reads one line of a decision log.
 * @throws {FlyballError} BAD_RECORD when it is no record, ALTERED_RECORD when its checksum does not match, NEWER_RECORD
 *   when a later Flyball wrote it
 */
export function parseRecord(line: string): DecisionRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw new FlyballError('BAD_RECORD', `"${line.slice(0, 80)}" is not JSON.`, { cause });
  }
  if (typeof value !== 'object' || value === null || !('v' in value) || !('observation' in value)) {
    throw new FlyballError('BAD_RECORD', `"${line.slice(0, 80)}" is not a decision record.`);
  }
  const record = value as DecisionRecord;
  // Before the version, whose own digit may be the altered one: a later Flyball that seals otherwise names its seal otherwise.
  const seal = sealed.exec(line);
  if (seal !== null && digestOf(`${seal[1]}}`) !== seal[2]) {
    const id = decisionId(record);
    throw new FlyballError('ALTERED_RECORD', `Record ${id} is not as it was written. Do not trust this line.`);
  }
  if (typeof value.v === 'number' && value.v > recordVersion) {
    throw new FlyballError(
      'NEWER_RECORD',
      `The record has version ${value.v}; this Flyball reads up to ${recordVersion}. Use the Flyball that wrote it.`,
    );
  }
  return record;
}
