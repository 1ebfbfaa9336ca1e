import { describe, expect, it } from 'vitest';
import type { CollectionFailure } from '#libs/core';
import { allFail, answered, failed, newSourceOrder, toAsk, type SourceOrder } from './source-order.ts';

const error: CollectionFailure = { result: 'error', message: 'refused' };
const absent: CollectionFailure = { result: 'spawn', message: 'no library', absent: true };
const hang: CollectionFailure = { result: 'timeout', message: 'no answer in 2 s', endedProcess: true };
const slow: CollectionFailure = { result: 'timeout', message: 'no page in 1.8 s' };

type Turn = (order: SourceOrder) => SourceOrder;
const good =
  (index: number): Turn =>
  (order) =>
    answered(order, index);
const bad =
  (index: number, why = error, now = 0): Turn =>
  (order) =>
    failed(order, index, why, now);

function after(count: number, ...turns: readonly Turn[]): SourceOrder {
  return turns.reduce((order, turn) => turn(order), newSourceOrder(count));
}

describe('the order of sources', () => {
  it('asks the first one only, and takes its first good sample', () => {
    expect(toAsk(newSourceOrder(3), 0)).toEqual([0]);
    const order = after(3, good(0));
    expect(order.active).toBe(0);
    expect(toAsk(order, 1e9)).toEqual([0]);
  });

  it('stays with a source that fails twice', () => {
    const order = after(2, good(0), bad(0), bad(0));
    expect(order.active).toBe(0);
    expect(toAsk(order, 0)).toEqual([0]);
    expect(toAsk(after(2, good(0), bad(0), bad(0), good(0), bad(0), bad(0)), 0)).toEqual([0]);
  });

  it('stays with a source that was slow once and cost nobody anything', () => {
    expect(after(2, good(0), bad(0, slow), bad(0, slow)).active).toBe(0);
  });

  it('goes on to wait longer for one that answers between two hangs', () => {
    const order = after(2, bad(0, hang), good(1), good(0), bad(0, hang, 60_000));
    expect([toAsk(order, 179_999), toAsk(order, 180_000)]).toEqual([[1], [0, 1]]);
  });

  it('goes to the next after three failures in a row', () => {
    const order = after(2, good(0), bad(0), bad(0), bad(0));
    expect(order.active).toBeUndefined();
    expect(toAsk(order, 0)).toEqual([1]);
    expect(good(1)(order).active).toBe(1);
  });

  it.each([absent, hang])(
    'goes to the next at once when asking again would tell nothing or cost a process: $message',
    (why) => {
      expect(toAsk(after(2, bad(0, why)), 0)).toEqual([1]);
    },
  );

  it('tries a better source after a minute and takes it back after three good samples', () => {
    const fallen = after(2, bad(0, absent), good(1));
    expect(toAsk(fallen, 59_999)).toEqual([1]);
    expect(toAsk(fallen, 60_000)).toEqual([0, 1]);
    const trial = good(0)(fallen);
    expect([trial.active, toAsk(trial, 61_000)]).toEqual([1, [0, 1]]);
    const twice = good(0)(trial);
    expect([twice.active, good(0)(twice).active]).toEqual([1, 0]);
  });

  it('forgets the trial of a better source that fails again', () => {
    const order = after(2, bad(0, absent), good(1), good(0), good(0), bad(0, hang, 70_000));
    expect([order.active, toAsk(order, 189_999), toAsk(order, 190_000)]).toEqual([1, [1], [0, 1]]);
  });

  it('tries a better source again a minute after a trial that failed by an error', () => {
    const order = after(2, bad(0, absent), good(1), good(0), bad(0, error, 70_000));
    expect([order.active, toAsk(order, 129_999), toAsk(order, 130_000)]).toEqual([1, [1], [0, 1]]);
  });

  it('tries a better source that hangs ever less often, as each try may cost the readings of the one that serves', () => {
    let order = after(2, bad(0, hang), good(1));
    const waits: number[] = [];
    for (let now = 0, last = 0; waits.length < 7; now += 1000) {
      if (!toAsk(order, now).includes(0)) continue;
      waits.push((now - last) / 60_000);
      last = now;
      order = failed(order, 0, hang, now);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 16, 16]);
  });

  it('asks again after 1, 2, 4 … 60 s when nothing answers, and takes the first good sample', () => {
    let order = after(1, good(0), bad(0, hang, 0));
    const waits: number[] = [];
    for (let now = 0, last = 0; waits.length < 8; now += 500) {
      if (!toAsk(order, now).includes(0)) continue;
      waits.push((now - last) / 1000);
      last = now;
      order = failed(order, 0, hang, now);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60]);
    expect(allFail(order)).toBe(true);
    expect(answered(order, 0).active).toBe(0);
  });

  it('lets the next in line answer before it asks one again that cost the process, and once all fail asks that one soon', () => {
    const order = after(2, bad(0, hang, 0));
    expect([toAsk(order, 1000), toAsk(order, 59_999), toAsk(order, 60_000)]).toEqual([[1], [1], [0, 1]]);
    expect(toAsk(bad(1, absent, 2000)(order), 2000)).toEqual([0]);
  });

  it('leaves a better source alone for a minute once another one serves', () => {
    const order = after(2, bad(0, hang, 0), bad(1, hang, 15_000), good(1));
    expect([toAsk(order, 59_999), toAsk(order, 60_000)]).toEqual([[1], [0, 1]]);
  });

  it('never asks a worse source than the active one', () => {
    const order = after(3, bad(0, absent), good(1));
    expect(toAsk(order, 1e9)).toEqual([0, 1]);
  });
});
