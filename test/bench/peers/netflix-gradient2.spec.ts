import { describe, expect, it } from 'vitest';
import { job, jobs, limitsAfter } from './fed-by-hand.ts';
import { NetflixGradient2 } from './netflix-gradient2.ts';
import { PerCompletion } from './sample-law.ts';

const gradient2 = (start = 20): PerCompletion => new PerCompletion(new NetflixGradient2({ start, min: 1, max: 64 }));
const full = { inFlightAtStart: 64 };

describe('NetflixGradient2', () => {
  it('adds 0.8 per job while service times stay within 1.5 of their long average', () => {
    const limits = limitsAfter(gradient2(), [...jobs(3, full), job({ ...full, service: 1400 })]);
    expect(limits[0]).toBeCloseTo(20.8, 9);
    expect(limits[3]).toBeCloseTo(23.2, 9);
  });

  it('goes a fifth of the way towards what a slower job asks for, which is half at least', () => {
    const afterNine = (service: number): number => {
      const limiter = gradient2();
      limitsAfter(limiter, jobs(9, { inFlightAtStart: 1 }));
      return limitsAfter(limiter, [job({ ...full, service })])[0]!;
    };
    // long = (9·1 + 3)/10 = 1.2 s; g = 1.5·1.2/3 = 0.6; 0.8·20 + 0.2·(12 + 4)
    expect(afterNine(3000)).toBeCloseTo(19.2, 9);
    expect(afterNine(30_000)).toBeCloseTo(18.8, 9);
  });

  it('holds a limit of which less than half was used', () => {
    expect(limitsAfter(gradient2(), [job({ inFlightAtStart: 9 })])).toEqual([20]);
  });

  it('lets the long average fall quickly after an overload', () => {
    const limiter = gradient2();
    // Ten times 10 s, then 1 s: each quick job takes 5 % off the average, beside what averaging does.
    limitsAfter(limiter, jobs(10, { service: 10_000 }));
    limitsAfter(limiter, jobs(25, { service: 1000 }));
    // long ≈ 10·0.95^25·… < 3.3, so that 5 s is slow again: g < 1.
    const [next] = limitsAfter(limiter, [job({ ...full, service: 5000 })]);
    expect(next).toBeLessThan(20.8);
  });

  it('does not know drops', () => {
    expect(limitsAfter(gradient2(), [job({ ...full, late: true })])[0]).toBeCloseTo(20.8, 9);
  });
});
