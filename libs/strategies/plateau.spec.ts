import type { EpochFacts } from '#libs/core';
import { anObservation } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { newPlateau, restPlateau, stepPlateau, type Move } from './plateau.ts';

describe('the plateau rule', () => {
  it('doubles while that buys a quarter more, and goes back when it buys nothing', () => {
    expect(climb(8).slice(0, 6)).toEqual([2, 4, 8, 16, 16, 8]);
  });

  it('stays where a doubling bought a little', () => {
    expect(climb(9.2).slice(0, 6)).toEqual([2, 4, 8, 16, 16, 16]);
  });

  it('leaps after ten epochs, and goes back from where it bought nothing', () => {
    const limits = climb(8, 20);
    expect(limits.slice(15, 19)).toEqual([12, 12, 8, 8]);
  });

  it('finds a knee that has moved up, from a leap', () => {
    const limits = climb((epoch) => (epoch < 12 ? 8 : 32), 40);
    // On its grid of doublings, 48 is the first that has it all.
    expect(limits.at(-1)).toBe(48);
  });

  it('does not move while the limit is not used', () => {
    const { limit, reason } = stepPlateau(newPlateau(4), facts({ limit: 4, knee: 8, limited: 0.3 }), at(4));
    expect({ limit, reason }).toEqual({ limit: 4, reason: 'not-limited' });
  });

  it('holds at a bound that stands in its way', () => {
    let move = stepPlateau(newPlateau(64), facts({ limit: 64, knee: 200 }), at(64));
    expect(move.limit).toBe(128);
    move = stepPlateau(move.plateau, facts({ limit: 64, knee: 200 }), at(64));
    expect(move).toMatchObject({ limit: 64, reason: 'plateau' });
  });

  it('cuts when an upstream refuses, and holds there', () => {
    const move = stepPlateau(newPlateau(10), { ...facts({ limit: 10, knee: 100 }), throttled: 3 }, at(10));
    expect(move).toMatchObject({ limit: 9, reason: 'overloaded', plateau: { phase: 'hold' } });
  });

  it('holds after an out-of-memory cut', () => {
    expect(restPlateau(newPlateau(8)).phase).toBe('hold');
  });

  it('takes late and failed jobs for no throughput', () => {
    const half = facts({ limit: 4, knee: 8, succeeded: 0.5 });
    const late = { ...half, succeeded: 1, settled: { ...half.settled, onTime: half.settled.jobs / 2 } };
    expect(stepPlateau(newPlateau(4), half, at(4)).terms['rate']).toBe(20);
    expect(stepPlateau(newPlateau(4), late, at(4)).terms['rate']).toBe(20);
  });
});

interface Epoch {
  readonly limit: number;
  /** Above it more at once only makes each slower. */
  readonly knee: number;
  readonly limited?: number;
  readonly succeeded?: number;
}

/** An epoch with as many jobs as are in flight, at least 12, of 100 ms alone. */
function facts({ limit, knee, limited = 1, succeeded = 1 }: Epoch): EpochFacts {
  const n = Math.floor(limit);
  const jobs = Math.max(12, n);
  const service = 100 * Math.max(1, n / knee);
  const settled = { jobs, onTime: jobs, n: jobs * n, service: jobs * service };
  return { elapsed: 1000, inFlight: n, limited, jobs, throttled: 0, service, settled, succeeded };
}

function climb(knee: number | ((epoch: number) => number), epochs = 10): readonly number[] {
  let move: Pick<Move, 'plateau' | 'limit'> = { plateau: newPlateau(1), limit: 1 };
  return Array.from({ length: epochs }, (_, epoch) => {
    const { limit } = move;
    const now = typeof knee === 'number' ? knee : knee(epoch);
    move = stepPlateau(move.plateau, facts({ limit, knee: now }), at(limit));
    return move.limit;
  });
}

function at(limit: number): ReturnType<typeof anObservation> {
  return anObservation({ limit });
}
