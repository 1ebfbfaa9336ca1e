import { describe, expect, it } from 'vitest';
import { RunPodExample } from './runpod-example.ts';

const range = { start: 5, min: 1, max: 10 };

function afterStarts(count: number, ticks: readonly number[]): readonly number[] {
  const law = new RunPodExample(range);
  for (let index = 0; index < count; index += 1) law.started(0);
  return ticks.map((t) => {
    law.tick(t);
    return law.limit;
  });
}

describe('RunPodExample', () => {
  it('adds one a second with more than 50 starts in the last minute, up to its highest', () => {
    expect(afterStarts(51, [1000, 2000, 3000, 4000, 5000, 6000])).toEqual([6, 7, 8, 9, 10, 10]);
  });

  it('takes one away with 50, down to its lowest', () => {
    expect(afterStarts(50, [1000, 2000, 3000, 4000, 5000])).toEqual([4, 3, 2, 1, 1]);
  });

  it('forgets a start after a minute', () => {
    expect(afterStarts(51, [59_999, 60_000])).toEqual([6, 5]);
  });
});
