import { sixDigits, type Observation } from '#libs/core';

/**
 * One job that ended: when (ms), mean in flight over its life, service over deadline, service over declared size; the last
 * is 0 for one that timed out, which is late and says nothing of how long it would have taken.
 */
export type Sample = readonly [finish: number, n: number, slack: number | null, perSize: number | null];

const maxSamples = 900;
/** Clearly late. */
const timedOutSlack = 2;
/** As many as an observation keeps of the others. */
const maxTimedOut = 64;

/** The newest samples with those of this period; jobs that tell neither a deadline nor a size are left out. */
export function addSamples(samples: readonly Sample[], observation: Observation): readonly Sample[] {
  const added: Sample[] = [];
  for (const [finish, service, n, deadline, size] of observation.samples) {
    const slack = deadline !== null && deadline > 0 ? sixDigits(service / deadline) : null;
    const perSize = size !== null && size > 0 ? sixDigits(service / size) : null;
    if (slack === null && perSize === null) continue;
    added.push([Math.round(finish), Math.max(1, sixDigits(n)), slack, perSize]);
  }
  const n = Math.max(1, sixDigits(observation.inFlight.mean));
  for (let left = Math.min(observation.jobs.timedOut, maxTimedOut); left > 0; left -= 1) {
    added.push([Math.round(observation.t), n, timedOutSlack, 0]);
  }
  return added.length === 0 ? samples : thinned([...samples, ...added]);
}

/** Drops every other job of the older half when there are too many: what other levels were like stays known for longer. */
function thinned(samples: readonly Sample[]): readonly Sample[] {
  const older = samples.length - maxSamples / 2;
  return samples.length <= maxSamples ? samples : samples.filter((_, index) => index >= older || index % 2 === 0);
}

export function hasTimedOut([, , , perSize]: Sample): boolean {
  return perSize === 0;
}

/** e^(−age/memory). */
export function freshness([finish]: Sample, t: number, memoryMs: number): number {
  return Math.exp(-Math.max(0, t - finish) / memoryMs);
}
