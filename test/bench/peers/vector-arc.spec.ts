import { describe, expect, it } from 'vitest';
import { job, limitsAfter } from './fed-by-hand.ts';
import { VectorArc } from './vector-arc.ts';

/** Has seen its first job: μ = 1 s, so that its interval ends at 2 s. */
function scaled(start: number): VectorArc {
  const law = new VectorArc({ start, min: 1, max: 64 });
  law.started(0, start);
  law.ended(job({ t: 1000, service: 1000 }));
  return law;
}

describe('VectorArc', () => {
  it('adds one at the end of an interval in which the limit was reached and jobs were as quick as ever', () => {
    expect(limitsAfter(scaled(10), [job({ t: 1999 }), job({ t: 2000 })])).toEqual([10, 11]);
  });

  it('holds where the limit was not reached', () => {
    const law = scaled(10);
    limitsAfter(law, [job({ t: 2000 })]);
    law.started(2001, 10);
    expect(limitsAfter(law, [job({ t: 3000, service: 900 }), job({ t: 4100, service: 900 })])).toEqual([11, 11]);
  });

  it('falls to nine tenths for one drop in the interval, whatever the others did', () => {
    expect(limitsAfter(scaled(10), [job({ t: 1500, late: true }), job({ t: 2000 })])).toEqual([10, 9]);
  });

  it('falls as well when jobs slow down by more than 2.5 deviations, and holds below', () => {
    // Intervals of 1 s and of 1.5 s: μ = 1.2, v = 0.6·0.4·0.25 = 0.06, so the mark stands at 1.2 + 2.5·0.245 = 1.812 s.
    const spread = (last: number): readonly number[] => {
      const law = new VectorArc({ start: 20, min: 1, max: 64 });
      limitsAfter(law, [job({ t: 1000 }), job({ t: 2000, service: 2000 })]);
      return limitsAfter(law, [job({ t: 5000, service: last })]);
    };
    // The second interval's mean, 1.5 s, was itself beyond a mark without any variance: 20 → 18.
    expect(spread(1800)).toEqual([18]);
    expect(spread(1820)).toEqual([16]);
  });
});
