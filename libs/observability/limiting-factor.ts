import type { DecisionRecord, Reason } from '#libs/core';
import type { Factor } from './label-sets.ts';

/** The one thing that keeps the limit from being higher, of the record alone; the first that applies. */
export function limitingFactor(record: DecisionRecord): Factor {
  if (record.mode === 'draining') return 'operator';
  const factor = factorOf(record.reason);
  if (factor === 'operator' || factor === 'telemetry' || factor === 'guard') return factor;
  if ((record.guard?.refused ?? 0) > 0) return 'guard';
  // The lower bound and the step down keep the limit from being lower.
  const { bit } = record.bounds;
  return bit === 'max' || bit === 'step-up' ? 'bound' : factor;
}

function factorOf(reason: Reason): Factor {
  switch (reason) {
    case 'override':
    case 'frozen':
    case 'draining':
      return 'operator';
    case 'signal-stale':
    case 'signal-missing':
    case 'blind':
      return 'telemetry';
    case 'oom-cut':
      return 'guard';
    case 'not-limited':
      return 'demand';
    case 'deadline-misses':
    case 'latency-high':
    case 'slo-brake':
      return 'latency';
    case 'signal-high':
      return 'device';
    case 'plateau':
    case 'goodput-up':
    case 'goodput-down':
      return 'throughput';
    case 'overloaded':
      return 'upstream';
    default:
      return 'strategy';
  }
}
