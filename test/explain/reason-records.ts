import type { DecisionRecord, Reason } from '#libs/core';
import { recordsOf } from './recorded.ts';
import { drained, told } from './told.ts';

/** A record for each reason: from a run of a scenario in which it occurs, and where none has it, of a law that says it. */
export function recordFor(reason: Reason): DecisionRecord {
  const source = sources[reason];
  if (typeof source !== 'string') return source();
  const found = recordsOf(source).filter((record) => record.reason === reason);
  const record = found[Math.floor(found.length / 2)];
  if (record === undefined)
    throw new RangeError(`${source}.json never says ${reason} any more: name another scenario.`);
  return record;
}

const at4 = (reason: Reason) => (): DecisionRecord => told({ limit: 4, reason });

/** Names of scenarios. No scenario has a failing strategy, an upstream, or a worker that has just begun. */
const sources: Readonly<Record<Reason, string | (() => DecisionRecord)>> = {
  'slow-start': 'slow-start',
  headroom: 'knee-aimd',
  'queue-pressure': 'drift-up',
  'goodput-up': 'knee-goodput',
  'probe-up': 'drift-down-goodput',
  'saturation-probe': 'saturation-probe',
  'deadline-misses': 'bursts',
  'latency-high': 'drift-down-pid',
  'signal-high': 'pid-memory',
  'goodput-down': 'drift-down-goodput',
  'probe-down': 'drift-down-goodput',
  'slo-brake': () => told({ limit: 3, reason: 'slo-brake', terms: { late: 0.3, expected: 0.02 } }),
  overloaded: () => told({ limit: 3, reason: 'overloaded' }, { jobs: { ...counts, throttled: 5 } }),
  steady: 'knee-threshold',
  plateau: 'no-deadlines-flat-top',
  'not-limited': 'bursts',
  'epoch-open': 'knee-aimd',
  cooldown: 'cold-start',
  'warming-up': at4('warming-up'),
  'no-samples': 'bursts',
  'signal-unusable': 'saturation-probe',
  fixed: 'fixed-too-high',
  modifier: 'modifier',
  'modifier-pending': at4('modifier-pending'),
  starting: at4('starting'),
  'signal-missing': () =>
    told(
      { limit: 4, reason: 'signal-missing', terms: { signalGpuUtilization: 1 } },
      { missing: [{ name: 'gpu.utilization', gpu: 'GPU-a', why: 'mig' }] },
    ),
  'signal-stale': 'blind-and-back',
  blind: 'blind-and-back',
  'strategy-error': () => told({ limit: Number.NaN, reason: 'steady' }),
  'oom-cut': 'out-of-memory-cut',
  override: 'override',
  frozen: 'freeze',
  draining: () => drained(told({ limit: 4, reason: 'steady' })),
};

const counts = { started: 2, succeeded: 2, failed: 0, outOfMemory: 0, timedOut: 0, cancelled: 0, late: 0 };
