import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { desiredQuery, releaseRules, releaseTokens } from '#libs/dashboards';
import { expressionsText } from './expressions.ts';
import { valuesFiles } from './values-files.ts';
import { valuesTable } from './values-table.ts';

const values = readFileSync('helm/flyball/values.yaml', 'utf8');
const marks = (name: string): string => `<!-- ${name} -->\nold\n<!-- /${name} -->`;

describe('valuesFiles', () => {
  it('replaces what is between the marks of the README, and nothing else of it', () => {
    const readme = `# Ours $& $1\n${marks('expressions')}\nby hand\n${marks('values')}\nend\n`;
    const made = valuesFiles({ values, readme, strategies: ['aimd'] })['helm/flyball/README.md'];
    const parts = [expressionsText(), valuesTable(values)];
    expect(made).toBe(
      `# Ours $& $1\n<!-- expressions -->\n\n${parts[0]}\n<!-- /expressions -->\nby hand\n<!-- values -->\n\n${parts[1]}\n<!-- /values -->\nend\n`,
    );
  });

  it.each(['values', 'expressions'])('refuses a README without the marks of the %s', (lost) => {
    const readme = ['values', 'expressions']
      .filter((name) => name !== lost)
      .map(marks)
      .join('\n');
    expect(() => valuesFiles({ values, readme, strategies: ['aimd'] })).toThrow(`has no <!-- ${lost} -->`);
  });

  it('tells the guards the bounds that libs/config has by default', () => {
    const readme = `${marks('values')}${marks('expressions')}`;
    const made = valuesFiles({ values, readme, strategies: ['aimd'] })['helm/flyball/settings.json'] ?? '';
    expect(JSON.parse(made)).toEqual({ CONCURRENCY_MIN: 1, CONCURRENCY_MAX: 64 });
  });
});

describe('valuesTable', () => {
  it('has a row for each value, in which a bar ends no cell', () => {
    expect(valuesTable("# -- This | that.\na: 'x|y'\n# -- Not set.\nb: ''\n")).toBe(
      '| value | default | meaning |\n|---|---|---|\n| `a` | `"x\\|y"` | This \\| that. |\n| `b` | – | Not set. |\n',
    );
  });
});

describe('expressionsText', () => {
  it('is the text of the rules, in the words of the values', () => {
    const words = { SELECTOR: '__SELECTOR__', MIN: '__MIN__', ASSUMED: '__ASSUMED__', '5m': '__WINDOW__' };
    const others = { '0.8 ': '__UTILIZATION__ ', '"NAMESPACE"': '"__NAMESPACE__"', '"RELEASE"': '"__RELEASE__"' };
    const text = Object.entries({ ...words, ...others }).reduce(
      (all, [word, token]) => all.replaceAll(word, token),
      expressionsText(),
    );
    const lines = text.split('\n').filter((line) => !/^(#|```|$)/.test(line));
    expect(lines.pop()).toBe(desiredQuery(releaseTokens));
    expect(lines).toHaveLength(3);
    expect(lines.filter((line) => !releaseRules(releaseTokens).includes(`          ${line}\n`))).toEqual([]);
  });
});
