import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { defaultGuard, reasons, type DecisionRecord, type GuardConfig } from '#libs/core';
import { simulate, watchedScenarios, type Scenario } from '#libs/simulation';
import { fixed } from '#libs/strategies';
import { figuresOf } from './act-figures.ts';
import { pictureHead, pictureLine } from './picture.ts';
import { reasonInWords } from './reason-words.ts';
import { wrapped } from './wrapped.ts';

/** A real record of a second in which 8 jobs run at a time. */
function records(
  limit: number,
  scenario: Scenario = watchedScenarios.knee,
  guard?: GuardConfig,
): readonly DecisionRecord[] {
  const setup = { strategy: fixed, config: { limit }, bounds: { min: 1, max: 48 }, initial: limit, dryRun: false };
  return simulate({ scenario, setup, seed: 1, duration: 12_000, ...(guard && { guard }) }).records;
}

/** Ten jobs fit. */
const guarded = records(40, watchedScenarios['memory-cliff'], defaultGuard);

const plain = { columns: 100, colour: false };
const last = (limit: number): DecisionRecord => records(limit).at(-1)!;

describe('the picture', () => {
  it('draws the limit to scale and puts every figure under its head', () => {
    const head = pictureHead(plain);
    const line = pictureLine(last(24), 12, plain);
    expect(line).toMatch(/^ 12 s {2}█{12} {12} {2}24\/24 {2}1000 {2} +\d\d {2}0\.\d\d {2} ?\d+% +\d\d {2}fixed$/);
    for (const column of ['used', 'wait', '/s', 'p95', 'gpu', 'GB']) {
      const end = head.indexOf(` ${column} `) + column.length;
      expect(line[end]).not.toBe(' ');
      expect(line[end + 1]).toBe(' ');
    }
    expect(line.indexOf('fixed')).toBe(head.indexOf('why'));
  });

  it('shows what is free as open cells', () => {
    const record = last(24);
    const idle = { ...record, observation: { ...record.observation, inFlight: { mean: 12, max: 12, last: 12 } } };
    expect(pictureLine(idle, 12, plain)).toContain('██████░░░░░░');
  });

  it.each([80, 100, 200])('fits in %i columns, coloured or not', (columns) => {
    for (const colour of [false, true]) {
      const line = pictureLine(last(30), 99, { columns, colour });
      expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(columns);
      expect(line !== stripVTControlCharacters(line)).toBe(colour);
    }
  });

  it('has no figure for what is not known', () => {
    const record = last(8);
    const { service: _service, ...observation } = { ...record.observation, readings: [] };
    expect(pictureLine({ ...record, observation }, 1, plain)).toMatch(/ - {2} +- {2} +- {2}fixed$/);
  });

  it('has words for every reason that fit beside the figures of 80 columns', () => {
    for (const reason of reasons) {
      const words = reasonInWords({ reason, bounds: { ...last(8).bounds, bit: 'none' } });
      expect(words.length).toBeGreaterThan(4);
      expect(words.length).toBeLessThanOrEqual(24);
    }
  });

  it('says that a bound holds the limit, in words that fit too', () => {
    const { bounds } = last(8);
    const held = (bit: 'max' | 'min') => reasonInWords({ reason: 'goodput-up', bounds: { ...bounds, bit } });
    expect(held('max')).toBe('wants more: is at max');
    expect(held('min')).toBe('wants less: is at min');
    expect(Math.max(held('max').length, held('min').length)).toBeLessThanOrEqual(24);
  });

  it('does not speak of room where the memory guard holds jobs back', () => {
    const { bounds, guard } = guarded.at(-1)!;
    expect(guard?.refused).toBeGreaterThan(0);
    const of = { reason: 'not-limited', bounds } as const;
    expect(reasonInWords(of)).toBe('stays: there is room');
    expect(reasonInWords({ ...of, guard: guard! })).toBe('stays: guard holds back');
  });
});

describe('the figures of an act', () => {
  it('count the whole act, and take rates from its last third', () => {
    const all = records(20);
    const figures = figuresOf(all, 2);
    expect(figures).toMatchObject({ gate: { first: 20, last: 20 }, settled: { least: 20, most: 20 }, failed: 2 });
    expect(figures.finished).toBe(all.reduce((sum, { observation }) => sum + observation.jobs.succeeded, 0));
    expect(figures.deadline).toBe(900);
    expect(figures.rate).toBeGreaterThan(20);
    expect(figures.rate).toBeLessThan(40);
  });

  it('count lost attempts and the seconds in which any was lost', () => {
    const figures = figuresOf(records(20, watchedScenarios['memory-cliff']), 0);
    expect(figures.outOfMemory).toBeGreaterThan(figures.outOfMemoryPeriods);
    expect(figures.outOfMemoryPeriods).toBeGreaterThan(0);
  });

  it('count the seconds in which the memory guard held jobs back, and how many ran at a time', () => {
    const figures = figuresOf(guarded, 0);
    expect(figures.guardedPeriods).toBeGreaterThan(6);
    expect(figures.guardedPeriods).toBeLessThanOrEqual(guarded.length);
    expect(figures.used).toBeGreaterThan(2);
    expect(figures.used).toBeLessThanOrEqual(10);
    expect(figuresOf(records(20), 0)).toMatchObject({ guardedPeriods: 0, used: 20 });
  });

  it('count the seconds in which a person had the say, and those at the upper bound', () => {
    const [one, two, ...others] = records(20);
    const ordered = [
      { ...one!, mode: 'override' as const },
      { ...two!, bounds: { ...two!.bounds, bit: 'max' as const } },
    ];
    expect(figuresOf([...ordered, ...others], 0)).toMatchObject({ orderedPeriods: 1, atMaxPeriods: 1 });
  });

  it('are all there for an act that was cut short', () => {
    expect(figuresOf([], 0)).toMatchObject({ finished: 0, lateShare: 0, rate: 0, p95: undefined });
  });
});

describe('wrapped', () => {
  it('breaks between words and keeps every word', () => {
    expect(wrapped('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapped('unbreakable', 4)).toEqual(['unbreakable']);
  });
});
