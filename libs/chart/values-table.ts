import { chartValues } from './values.ts';

/** The values as a Markdown table, for the chart's README. */
export function valuesTable(values: string): string {
  const rows = chartValues(values).map(({ path, default: byDefault, meaning }) => {
    const shown = byDefault === '' ? '–' : `\`${JSON.stringify(byDefault).replaceAll('|', '\\|')}\``;
    return `| \`${path}\` | ${shown} | ${meaning.replaceAll('|', '\\|')} |`;
  });
  return ['| value | default | meaning |', '|---|---|---|', ...rows, ''].join('\n');
}
