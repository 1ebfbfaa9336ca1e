import { describe, expect, it } from 'vitest';
import { markdownReport, markdownTable } from './markdown-report.ts';
import { sampleResults } from './sample-results.ts';

describe('the table for the docs', () => {
  it('has the summary, the ratios by scenario, and what must stand beside them', () => {
    const text = markdownReport(sampleResults());
    expect(text).toMatch(/^\| law \| kind \| mean \| ± \|.*\n\| --- \| --- \| --: \|/);
    expect(text).toContain('| aimd (default) | 0.980 | 1.030 |');
    expect(text).toContain('The named suite is a development set');
  });

  it('leaves the many scenarios of a family out', () => {
    const text = markdownReport(sampleResults({ suite: 'family' }));
    expect(text).not.toContain('| S1 |');
    expect(text.match(/^\| law /gm)).toHaveLength(1);
  });

  it('has no cell that ends early', () => {
    expect(markdownTable({ head: ['law'], rows: [['a|b']] })).toBe('| law |\n| --- |\n| a\\|b |');
  });
});
