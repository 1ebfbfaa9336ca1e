import { describe, expect, it } from 'vitest';
import { chartLines, resampled } from './chart.ts';

describe('a chart of blocks', () => {
  it('draws each value to the scale at its left', () => {
    const lines = chartLines({ title: 'limit', values: [0, 15, 30], width: 40 });
    expect(lines).toEqual([
      '         limit',
      '     30 ┤  █',
      '        ┤  █',
      '        ┤  █',
      '     15 ┤ ██',
      '        ┤ ██',
      '        ┤ ██',
      '      0 └───',
    ]);
  });

  it('has room for the highest value, whatever its size', () => {
    for (const highest of [0.0042, 0.9, 1, 7, 31, 64, 999, 12_345]) {
      const [, top = ''] = chartLines({ title: '', values: [highest], width: 10 });
      const scale = Number(/[\d.]+/.exec(top)?.[0]);
      expect(scale).toBeGreaterThanOrEqual(highest);
      expect(scale).toBeLessThanOrEqual(2 * highest);
    }
  });

  it('shows that a small value is not zero', () => {
    const lines = chartLines({ title: '', values: [0.01, 0, 100], width: 10 });
    expect(lines.at(-2)).toBe('        ┤▁ █');
  });

  it('draws a line of zeros where nothing happened', () => {
    const lines = chartLines({ title: '', values: [0, 0, 0], width: 10 });
    expect(lines.slice(1).join('')).not.toMatch(/[▁-█]/);
  });

  it('puts equal shares of the values into each column, and loses none', () => {
    const values = Array.from({ length: 1000 }, (_, index) => index);
    const columns = resampled(values, 90);
    expect(columns).toHaveLength(90);
    expect(columns[0]).toBe(5);
    expect(columns.reduce((sum, value) => sum + value, 0) / 90).toBeCloseTo(499.5, 0);
    expect(resampled(values, 1000)).toEqual(values);
  });
});
