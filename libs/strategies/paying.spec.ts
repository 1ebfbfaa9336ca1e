import type { EpochFacts } from '#libs/core';
import { describe, expect, it } from 'vitest';
import { addRate, payingLimit, type Rates } from './paying.ts';

describe('a cut', () => {
  it('is not made when the level below is known to bring less', () => {
    expect(payingLimit(levels({ 8: 0.8, 7: 0.8 }), 7, 8)).toBe(8);
  });

  it('is made when the level below brings as much', () => {
    expect(payingLimit(levels({ 16: 0.4, 12: 0.9 }), 12, 16)).toBe(12);
  });

  it('is made when nothing is known of the levels below', () => {
    expect(payingLimit(levels({ 8: 0.8 }), 6, 8)).toBe(6);
  });

  it('is taken back when a level above brought more', () => {
    expect(payingLimit(levels({ 8: 0.8, 4: 0.8 }), 4, 4)).toBe(8);
  });
});

it('never stands in the way of growth', () => {
  expect(payingLimit(levels({ 8: 0.2, 4: 0.9 }), 5, 4)).toBe(5);
});

it('forgets levels after two minutes, and a level that fell to half', () => {
  expect(addRate(levels({ 8: 0.8 }), 4, facts(4, 1), 200_000).map(({ gate }) => gate)).toEqual([4]);
  const [fallen] = addRate(levels({ 8: 1 }), 8, facts(8, 0.2), 1000);
  expect(fallen?.settled).toEqual(facts(8, 0.2).settled);
});

it('learns nothing from an unused limit', () => {
  expect(addRate([], 8, { ...facts(8, 1), limited: 0.3 }, 0)).toEqual([]);
});

/** Levels at which each job takes 100 ms and this share is on time. */
function levels(onTime: Readonly<Record<number, number>>): Rates {
  let rates: Rates = [];
  for (const [gate, share] of Object.entries(onTime))
    rates = addRate(rates, Number(gate), facts(Number(gate), share), 0);
  return rates;
}

function facts(gate: number, onTime: number): EpochFacts {
  const settled = { jobs: 20, onTime: 20 * onTime, n: 20 * gate, service: 2000 };
  return { elapsed: 1000, inFlight: gate, limited: 1, jobs: 20, throttled: 0, settled, succeeded: 1 };
}
