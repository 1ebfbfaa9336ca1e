import type { DecisionRecord } from '#libs/core';

/** A record of a worker with nothing to report, for specs; each states only what it is about. */
export function healthyRecord(change: Partial<DecisionRecord> = {}): DecisionRecord {
  return {
    v: 1,
    seq: 1,
    worker: '9f3c21aa',
    endpoint: 'local',
    at: 1_790_000_000_000,
    t: 1000,
    period: 1000,
    strategy: 'aimd',
    configHash: '1a2b3c4d',
    mode: 'auto',
    observation: {
      limit: 4,
      inFlight: { mean: 3.5, max: 4, last: 4 },
      limited: 0.9,
      jobs: { started: 2, succeeded: 2, failed: 0, throttled: 0, outOfMemory: 0, timedOut: 0, cancelled: 0, late: 0 },
      samples: [],
      readings: [],
      missing: [],
    },
    decision: { limit: 4, reason: 'steady' },
    bounds: { min: 1, max: 64, in: 4, out: 4, bit: 'none' },
    limit: { before: 4, after: 4, gate: 4, since: 1000, was: 4 },
    action: 'hold',
    reason: 'steady',
    ...change,
  };
}
