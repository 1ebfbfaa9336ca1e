import { schema } from './schema.ts';
import type { Setting } from './setting.ts';

/** The settings as a Markdown table, for the documentation. */
export function settingsTable(): string {
  const rows = Object.entries<Setting<unknown>>(schema)
    .filter(([, setting]) => setting.kind !== 'not-built')
    .map(([variable, setting]) => {
      const { default: text, implied, meaning, allowed } = setting;
      const byDefault = text === undefined ? (implied ?? '–') : `\`${text}\``;
      return `| \`${variable}\` | ${byDefault} | ${allowed} | ${meaning} |`;
    });
  return ['| variable | default | allowed | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}
