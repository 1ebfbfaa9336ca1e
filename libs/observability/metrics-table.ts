import type { Family } from './family.ts';

/** Families as a Markdown table, for the documentation. */
export function metricsTable(families: Readonly<Record<string, Family>>): string {
  const rows = Object.entries(families).map(([name, family]) => {
    const { type, unit, buckets, labels, help, exemplars, semconv } = family;
    const kind = buckets === undefined ? type : `${type} ${buckets}`;
    const shown = Object.keys(labels).map((label) => `\`${label}\``);
    const notes = [help, exemplars && 'Exemplars.', semconv && `OpenTelemetry: \`${semconv}\`.`].filter(Boolean);
    return `| \`flyball_${name}\` | ${kind} | ${unit} | ${shown.join(', ')} | ${notes.join(' ')} |`;
  });
  return ['| family | type | unit | labels | says |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}

/** Closed sets of label values by label, as a Markdown table; a label that several families use with other sets has a row each. */
export function labelsTable(families: Readonly<Record<string, Family>>): string {
  const sets = new Map<string, { readonly label: string; readonly values: readonly string[]; families: string[] }>();
  for (const [name, { labels }] of Object.entries(families)) {
    for (const [label, values] of Object.entries(labels)) {
      if (typeof values === 'string') continue;
      const key = `${label} ${values.join(' ')}`;
      const set = sets.get(key) ?? { label, values, families: [] };
      set.families.push(name);
      sets.set(key, set);
    }
  }
  const rows = [...sets.values()].map(({ label, values, families: of }) => {
    const spelt = values.map((value) => (value === '' ? '(empty)' : `\`${value}\``)).join(' ');
    return `| \`${label}\` | ${of.map((name) => `\`${name}\``).join(', ')} | ${spelt} |`;
  });
  return ['| label | of | values |', '|---|---|---|', ...rows, ''].join('\n');
}
