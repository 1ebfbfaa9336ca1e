import { describe, expect, it } from 'vitest';
import { sampleResults } from './sample-results.ts';
import { aligned, textReport } from './text-report.ts';

const lines = textReport(sampleResults()).split('\n');
const after = (title: string): readonly string[] => lines.slice(lines.findIndex((line) => line.startsWith(title)) + 2);

describe('the table for a terminal', () => {
  it('has a row of everything measured for each subject on each scenario', () => {
    const [head = '', , pid = ''] = after('best fixed limit 28, 13.8');
    expect(head.replaceAll(/ +/g, ' ')).toBe(
      'law ratio ± phases OOM/run net 0 net 1 net 5 missed settles over moves/min regret',
    );
    expect(pid.replaceAll(/ +/g, ' ')).toBe('pid 1.010 0.012 0.000 13.50 13.25 12.13 5.1 % 29 s 1.3× 14.2 0.044');
    expect(lines.filter((line) => /^static-8 .* never /.test(line))).toHaveLength(2);
  });

  it('ranks a named suite by the geometric mean and marks the default', () => {
    const names = after('Over 2 scenarios')
      .slice(1, 7)
      .map((line) => line.split(/ {2,}/)[0]);
    expect(names).toEqual(['aimd (default)', 'pid', 'arc + guard', 'vegas', 'arc', 'static-8']);
  });

  it('says what must stand beside the figures', () => {
    const text = lines.join('\n');
    expect(text).toContain('Made by `npm run bench -- --suite named` at commit abc1234, plant 0123456789ab.');
    expect(text).toContain('3 revisions of our laws were scored on it.');
    expect(text).toContain('Seeds 101, 102.');
    expect(text).toContain('S6 and S7 are generated.');
  });

  it('has what the figures are compared with, before the conditions', () => {
    const table = { head: ['what', 'expected', 'holds'], rows: [['worst', '≥ 0.97', 'no']] };
    const text = textReport(sampleResults({ sections: [{ title: 'Targets', table, notes: ['A note.'] }] }));
    expect(text).toContain('Targets\n\nwhat   expected  holds\nworst    ≥ 0.97  no\nA note.\n\nMade by');
  });

  it('tells variants one by one, with what costs more than time', () => {
    const text = textReport(sampleResults({ suite: 'variants' }));
    expect(text).toContain('net 1 ratio');
    expect(text).not.toContain('Over 2 scenarios');
  });

  it('prints no seed that is kept secret', () => {
    expect(textReport(sampleResults({ seeds: [] }))).toContain('The seeds are not published.');
  });

  it('sets names to the left and numbers to the right, under their heads', () => {
    const table = {
      head: ['law', 'ratio'],
      rows: [
        ['a', '0.5'],
        ['longer', '10.25'],
      ],
    };
    expect(aligned(table)).toBe('law     ratio\na         0.5\nlonger  10.25');
  });
});
