import type { DecisionRecord, Reason } from '#libs/core';
import type { Factor } from './label-sets.ts';

/** The one thing that keeps the limit from being higher, of the record alone; the first that applies. */
export function limitingFactor(record: DecisionRecord): Factor {
  const factor = isIdle(record) ? 'demand' : factorOf(record.reason);
  if (factor === 'operator' || factor === 'telemetry' || factor === 'guard') return factor;
  if ((record.guard?.refused ?? 0) > 0) return 'guard';
  // The lower bound and the step down keep the limit from being lower.
  const { bit } = record.bounds;
  return bit === 'max' || bit === 'step-up' ? 'bound' : factor;
}

/** Nothing could be judged because nothing came. A queue that does not tell how many wait leaves that open. */
function isIdle({ reason, observation: { inFlight, queue } }: DecisionRecord): boolean {
  return reason === 'no-samples' && inFlight.max === 0 && queue?.waiting === 0;
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
