import type { DecisionRecord, GuardedDevice, GuardFacts, GuardState } from '#libs/core';
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
  return `${needWords(guard, tightest, where)}${fits}${stateWords[guard.state]}`;
}

function cutWords({ limit, guard, mode }: DecisionRecord): string {
  const factor = Math.min(...(guard?.devices ?? []).map((device) => device.factor));
  const trust = factor < 1 ? `; the guard trusts ${share(factor)} of its ceiling for now` : '';
  if (mode === 'dry-run') return `, and the limit of ${jobs(limit.before)} would have been cut${trust}`;
  return `, so the limit was cut from ${jobs(limit.before)} to ${jobs(limit.after)}${trust}`;
}

function tightestOf(devices: readonly GuardedDevice[]): GuardedDevice | undefined {
  return devices.toSorted((one, other) => fullness(other) - fullness(one))[0];
}

function fullness({ predicted, needed = predicted, ceiling }: GuardedDevice): number {
  return needed / ceiling;
}

/** What the guard held against its ceiling, and what of it is caution. */
function needWords({ refused }: GuardFacts, device: GuardedDevice, where: string): string {
  const { gpu, predicted, needed = predicted, ceiling, deviation } = device;
  // Of a model server's own memory the share is known, and 1 is all of it.
  const isShare = gpu === 'backend.cache';
  const amount = (value: number): string => (isShare ? share(value) : `${(value / 1e9).toFixed(2)} GB`);
  const need = isShare ? `${share(needed)} of ${share(ceiling)} of the cache` : gigabytes(needed, ceiling);
  const caution = needed > predicted ? `: ${amount(predicted)} expected, ${amount(needed - predicted)} to be safe` : '';
  if (needed > ceiling) return `one more job would need ${need}${where}${caution}`;
  // What was refused was larger than the mean, or came before others ended; records of old do not tell the caution.
  const safe = device.needed === undefined ? ` and, to be safe, some times ${amount(deviation)} more` : '';
  return `${refused} refused in this period; one more job of mean size would now need ${need}${safe}${where}${caution}`;
}
