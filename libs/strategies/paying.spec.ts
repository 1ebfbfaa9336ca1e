import type { EpochFacts } from '#libs/core';
import { describe, expect, it } from 'vitest';
import { addRate, isFull, payingLimit, type Rates } from './paying.ts';

describe('a cut', () => {
  it('is not made when the level below is known to bring less', () => {
    expect(asked(levels({ 8: 0.8, 7: 0.8 }), 7, 8)).toBe(8);
  });

  it('is made when the level below brings as much', () => {
    expect(asked(levels({ 16: 0.4, 12: 0.9 }), 12, 16)).toBe(12);
  });

  it('is made when nothing is known of the levels below', () => {
    expect(asked(levels({ 8: 0.8 }), 6, 8)).toBe(6);
  });

  it('is taken back when a level above brought more', () => {
    expect(asked(levels({ 8: 0.8, 4: 0.8 }), 4, 4)).toBe(8);
  });
});

describe('a level is full', () => {
  const facts = (slack: number): EpochFacts => ({ ...told(8, 1), slack });

  it('when jobs take longer than at lower levels and a step more would take them past the deadline', () => {
    const rates = addRate(addRate([], 2, told(2, 1), 0), 8, told(8, 1, 200), 0);
    expect([0.8, 0.9].map((slack) => isFull(rates, facts(slack), 8, 9))).toEqual([false, true]);
  });

  it('never while jobs take as long as at lower levels', () => {
    expect(isFull(levels({ 2: 1, 8: 1 }), facts(0.99), 8, 9)).toBe(false);
    expect(isFull([], facts(0.99), 8, 9)).toBe(false);
  });
});

it('never stands in the way of growth', () => {
  expect(asked(levels({ 8: 0.2, 4: 0.9 }), 5, 4)).toBe(5);
});

it('forgets levels after two minutes, and does not believe one bad epoch', () => {
  expect(addRate(levels({ 8: 0.8 }), 4, told(4, 1), 200_000).map(({ gate }) => gate)).toEqual([4]);
  let rates = levels({ 8: 1, 10: 0.7 });
  for (let epoch = 0; epoch < 3; epoch += 1) rates = addRate(rates, 8, told(8, 1), 0);
  expect(asked(addRate(rates, 8, told(8, 0.1), 1000), 7, 8)).toBe(7);
});

it('learns nothing from an unused limit', () => {
  expect(addRate([], 8, { ...told(8, 1), limited: 0.3 }, 0)).toEqual([]);
});

function asked(rates: Rates, wanted: number, limit: number): number {
  const now = rates.find(({ gate }) => gate === limit)!.settled;
  return payingLimit(rates, { wanted, limit, now });
}

/** Levels at which each job takes 100 ms and this share is on time. */
function levels(onTime: Readonly<Record<number, number>>): Rates {
  let rates: Rates = [];
  for (const [gate, share] of Object.entries(onTime))
    rates = addRate(rates, Number(gate), told(Number(gate), share), 0);
  return rates;
}

function told(gate: number, onTime: number, service = 100): EpochFacts {
  const settled = { jobs: 20, onTime: 20 * onTime, n: 20 * gate, service: 20 * service };
  return { elapsed: 1000, inFlight: gate, limited: 1, jobs: 20, throttled: 0, settled, succeeded: 1 };
}
