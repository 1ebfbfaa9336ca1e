import {
  recordVersion,
  type Checkpoint,
  type DecisionRecord,
  type GuardFacts,
  type Observation,
  type Verdict,
} from '#libs/core';

export interface RecordIdentity {
  /** Drawn anew at each start. */
  readonly worker: string;
  readonly endpoint: string;
  readonly strategy: string;
  readonly configHash: string;
}

/** Puts one period together, in the order a reader wants it. */
export function recordOf(parts: {
  readonly identity: RecordIdentity;
  readonly at: number;
  readonly observation: Observation;
  readonly verdict: Verdict;
  readonly guard: GuardFacts | undefined;
  readonly checkpoint: Checkpoint | undefined;
}): DecisionRecord {
  const { identity, verdict, guard, checkpoint } = parts;
  const { seq, t, period, ...observation } = parts.observation;
  return {
    v: recordVersion,
    seq,
    worker: identity.worker,
    endpoint: identity.endpoint,
    at: parts.at,
    t,
    period,
    strategy: identity.strategy,
    configHash: identity.configHash,
    ...verdict,
    ...(guard && { guard }),
    observation,
    ...(checkpoint && { checkpoint }),
  };
}
