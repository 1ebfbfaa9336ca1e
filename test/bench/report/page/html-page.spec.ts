import { describe, expect, it } from 'vitest';
import { sampleResults } from '../sample-results.ts';
import { htmlPage } from './html-page.ts';
import { niceTicks } from './svg-chart.ts';

describe('the page', () => {
  const page = htmlPage(sampleResults());

  it('needs no other file and no script', () => {
    expect(page).not.toMatch(/<script|<link|<img|src=|href=|url\(|https?:|@import/);
  });

  it('draws each subject’s limit and on-time rate on each scenario, against the best fixed limit', () => {
    expect(page.match(/<g class="curve s\d/g)).toHaveLength(2 * 2 * 6);
    expect(page.match(/<path class="mark"/g)).toHaveLength(2 * 2);
    expect(page).toContain('best fixed limit 28<');
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('names every subject in the legend, ours and the best of the others chosen', () => {
    const boxes = [...page.matchAll(/<input type="checkbox" id="s\d"( checked)?>.*?<\/svg>([^<]+)<\/label>/g)];
    const chosen = boxes.filter(([, checked]) => checked !== undefined).map(([, , name]) => name);
    expect(boxes).toHaveLength(6);
    expect(chosen).toEqual(['aimd', 'pid', 'vegas', 'arc + guard', 'arc']);
  });

  it('marks where the parts of a scenario begin', () => {
    expect(page.match(/class="cut"/g)).toHaveLength(2 * 2);
  });

  it('escapes what scenarios are called', () => {
    expect(page).toContain('S4: a &amp; b &lt; c');
  });

  it('tells who ran out of memory from who was slow', () => {
    expect(page).toMatch(/0\.004†/);
    expect(page).not.toMatch(/1\.030†/);
  });

  it('shows for a family how the ratios spread, and what they are compared with', () => {
    const scenarios = sampleResults().scenarios.map(({ curves: _curves, ...scenario }) => scenario);
    const table = { head: ['what', 'expected'], rows: [['a < b', '1']] };
    const sections = [{ title: 'Targets', table }];
    const family = htmlPage(sampleResults({ suite: 'family', scenarios, sections }));
    expect(family).toContain('<h2>Targets</h2>');
    expect(family).toContain('a &lt; b');
    expect(family.match(/<g class="curve s\d/g)).toHaveLength(6);
    expect(family).not.toContain('limit, jobs at once');
  });
});

describe('the ticks of an axis', () => {
  it.each([0.05, 0.16, 1, 1.15, 9, 16, 64, 83, 1000, 3600])('reach %d in a few even steps', (max) => {
    const ticks = niceTicks(max);
    expect(ticks.length).toBeGreaterThanOrEqual(3);
    expect(ticks.length).toBeLessThanOrEqual(6);
    expect(ticks[0]).toBe(0);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(max * 0.999999);
    expect(ticks.at(-1)).toBeLessThan(1.5 * max);
  });
});
