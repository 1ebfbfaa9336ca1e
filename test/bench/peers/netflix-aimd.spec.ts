import { describe, expect, it } from 'vitest';
import { job, limitsAfter } from './fed-by-hand.ts';
import { NetflixAimd } from './netflix-aimd.ts';
import { PerCompletion } from './sample-law.ts';

const aimd = (start: number, min = 1): PerCompletion => new PerCompletion(new NetflixAimd({ start, min, max: 64 }));

describe('NetflixAimd', () => {
  it('adds one for every job that had half of the limit beside it, and none for one that had less', () => {
    const [half, less] = [job({ inFlightAtStart: 5 }), job({ inFlightAtStart: 4 })];
    expect(limitsAfter(aimd(10), [half, less, half])).toEqual([11, 11, 11]);
  });

  it('falls to nine tenths, rounded down, for a late job and for a lost one', () => {
    expect(limitsAfter(aimd(20), [job({ late: true }), job({ lost: true })])).toEqual([18, 16]);
  });

  it('stays between its bounds: the documented lowest is 20', () => {
    expect(limitsAfter(aimd(20, 20), [job({ late: true })])).toEqual([20]);
    expect(limitsAfter(aimd(64), [job({ inFlightAtStart: 64 })])).toEqual([64]);
  });
});
