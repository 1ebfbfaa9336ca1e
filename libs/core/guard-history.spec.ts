import { describe, expect, it } from 'vitest';
import { Composition, type Member } from './guard-composition.ts';
import { History } from './guard-history.ts';

const second = 1000;

function since(
  history: History,
  t: number,
): { readonly joined: number; readonly left: number; readonly sizes: number } {
  const [joined, left] = [new Composition(), new Composition()];
  history.since(t, joined, left);
  return { joined: joined.jobs, left: left.jobs, sizes: joined.sizes[0]! - left.sizes[0]! };
}

describe('the history of what runs', () => {
  it('tells who joined, who left, and forgets who came and went in between', () => {
    const history = new History();
    const job = (start: number, size: number): Member => ({ place: 0, size, start });
    history.started(job(0, 1), 0);
    history.started(job(1, 2), 1);
    history.started(job(5, 4), 5);
    history.ended(job(5, 4), 6);
    history.ended(job(0, 1), 7);
    history.started(job(8, 8), 8);
    expect(since(history, 4)).toEqual({ joined: 1, left: 1, sizes: 8 - 1 });
    expect(since(history, 9)).toEqual({ joined: 0, left: 0, sizes: 0 });
    // At the very time of a change the reading does not know of it.
    expect(since(history, 8)).toMatchObject({ joined: 1, left: 0 });
  });

  it('tells who came and who went between two readings, those who did both as both', () => {
    const history = new History();
    const job = (start: number, size: number): Member => ({ place: 0, size, start });
    history.started(job(1, 1), 1);
    history.started(job(3, 2), 3);
    history.ended(job(1, 1), 4);
    history.ended(job(3, 2), 5);
    history.started(job(6, 4), 6);
    const between = (from: number, to: number): readonly number[] => {
      const [came, went] = [new Composition(), new Composition()];
      history.between(from, to, came, went);
      return [came.jobs, came.sizes[0]!, went.jobs, went.sizes[0]!];
    };
    expect(between(2, 6)).toEqual([1, 2, 2, 3]);
    // A change at the very time of a reading is not in it: it belongs to the interval that begins there.
    expect(between(3, 5)).toEqual([1, 2, 1, 1]);
    expect(between(6, 9)).toEqual([1, 4, 0, 0]);
    expect(between(7, 9)).toEqual([0, 0, 0, 0]);
  });

  it('goes back a minute, whatever came before', () => {
    const history = new History();
    for (let t = 0; t < 600 * second; t += 10) {
      const job = { place: 0, size: 1, start: t };
      history.started(job, t);
      history.ended(job, t + 5);
    }
    const last = { place: 0, size: 1, start: 1 };
    history.started({ ...last, start: 600 * second }, 600 * second);
    history.ended(last, 600 * second);
    expect(since(history, 541 * second)).toMatchObject({ joined: 1, left: 1 });
  });
});
