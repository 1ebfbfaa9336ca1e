import { describe, expect, it } from 'vitest';
import { Lives } from './guard-lives.ts';

function livesOf(...ended: readonly number[]): Lives {
  const lives = new Lives();
  for (const life of ended) lives.ended(life);
  return lives;
}

describe('how long jobs run', () => {
  it('is unknown before the first has ended', () => {
    expect([livesOf().mean, livesOf().meanAge]).toEqual([undefined, undefined]);
  });

  it('is the mean of the first ones', () => {
    expect(livesOf(1000, 2000, 6000).mean).toBeCloseTo(3000, 9);
  });

  it('means an age of half a life where all live alike', () => {
    expect(livesOf(4000, 4000, 4000).meanAge).toBeCloseTo(2000, 9);
  });

  it('means a higher age where lives differ, for the long ones are met more often', () => {
    // Of ten jobs of 1 s to one of 10 s, most of the time is spent in the long one: (10·1 + 100)/(2·(10·1 + 10)).
    const ended = [10_000, ...Array.from({ length: 10 }, () => 1000)];
    expect(livesOf(...ended).meanAge).toBeCloseTo((10 * 1000 ** 2 + 10_000 ** 2) / (2 * 20_000), 6);
  });

  it('follows when lives change', () => {
    const lives = livesOf(...Array.from({ length: 500 }, () => 1000));
    for (let ended = 0; ended < 100; ended += 1) lives.ended(5000);
    expect(lives.mean).toBeGreaterThan(4900);
    expect(lives.meanAge).toBeGreaterThan(2450);
  });

  it('of no time tells no age', () => {
    expect([livesOf(0, 0).mean, livesOf(0, 0).meanAge]).toEqual([undefined, undefined]);
  });
});
