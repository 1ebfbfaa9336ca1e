import type { DecisionRecord, GuardedDevice, GuardState } from '#libs/core';
import { gigabytes, jobs, share } from './units.ts';

/** What the guard adds to its numbers in states in which it knows less. */
const stateWords: Readonly<Record<GuardState, string>> = {
  off: '',
  cold: '; little is learnt yet, so it keeps more free',
  on: '',
  stale: '; its readings are old, so it keeps more free',
  'high-water': '; the readings never fall, so it goes by what was survived',
};

/** The number that the memory guard goes by; undefined where it has none. */
export function heldByGuard(record: DecisionRecord): string | undefined {
  const { guard, observation } = record;
  const lost = observation.jobs.outOfMemory;
  if (record.reason === 'oom-cut') return `memory ran out (${lost} jobs lost)${cutWords(record)}`;
  if (guard === undefined) return undefined;
  const tightest = tightestOf(guard.devices);
  if (tightest === undefined) return 'no memory has been read yet, so one job runs at a time';
  const fits = guard.fits === undefined ? '' : `; about ${jobs(guard.fits)} fit`;
  const where = guard.devices.length > 1 ? ` on ${tightest.gpu}` : '';
  return `one more job would need ${memory(tightest)}${where}${fits}${stateWords[guard.state]}`;
}

function cutWords({ limit, guard, mode }: DecisionRecord): string {
  const factor = Math.min(...(guard?.devices ?? []).map((device) => device.factor));
  const trust = factor < 1 ? `; the guard trusts ${share(factor)} of its ceiling for now` : '';
  if (mode === 'dry-run') return `, and the limit of ${jobs(limit.before)} would have been cut${trust}`;
  return `, so the limit was cut from ${jobs(limit.before)} to ${jobs(limit.after)}${trust}`;
}

function tightestOf(devices: readonly GuardedDevice[]): GuardedDevice | undefined {
  return devices.toSorted((one, other) => other.predicted / other.ceiling - one.predicted / one.ceiling)[0];
}

/** What is predicted against the ceiling; where that alone would fit, also what has to stay free beside it. */
function memory({ gpu, predicted, ceiling, deviation }: GuardedDevice): string {
  // Of a model server's own memory the share is known, and 1 is all of it.
  const isShare = gpu === 'backend.cache';
  const need = isShare ? `${share(predicted)} of ${share(ceiling)} of the cache` : gigabytes(predicted, ceiling);
  if (predicted > ceiling) return need;
  const spread = isShare ? share(deviation) : `${(deviation / 1e9).toFixed(2)} GB`;
  return `${need} and, to be safe, CONCURRENCY_GUARD_Z times ${spread} more`;
}
