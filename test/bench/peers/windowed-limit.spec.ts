import { describe, expect, it } from 'vitest';
import { job, jobs } from './fed-by-hand.ts';
import type { LawSample, SampleLaw } from './sample-law.ts';
import { WindowedLimit } from './windowed-limit.ts';

class Heard implements SampleLaw {
  readonly limit = 20;
  readonly samples: LawSample[] = [];

  sample(sample: LawSample): void {
    this.samples.push(sample);
  }
}

function heard(...ended: readonly Parameters<WindowedLimit['ended']>[0][]): readonly LawSample[] {
  const law = new Heard();
  const windowed = new WindowedLimit(law);
  // The first job only starts the first window.
  windowed.ended(job({ t: 1 }));
  for (const one of ended) windowed.ended(one);
  return law.samples;
}

const nine = jobs(9, { every: 100, service: 100 });

describe('WindowedLimit', () => {
  it('says the mean service time, the most in flight and any drop of a second, once', () => {
    const last = job({ t: 1002, service: 1100, inFlightAtStart: 7, late: true });
    expect(heard(...nine, last)).toEqual([{ service: 200, inFlight: 7, dropped: true }]);
  });

  it('throws a window of fewer than 10 jobs away', () => {
    expect(heard(...nine.slice(1), job({ t: 1002 }))).toEqual([]);
    expect(heard(...jobs(50, { every: 1500 }))).toEqual([]);
  });

  it('does not count jobs that took no time', () => {
    expect(heard(...nine.slice(1), job({ t: 950, service: 0, lost: true }), job({ t: 1002 }))).toEqual([]);
  });
});
