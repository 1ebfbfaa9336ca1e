import type { AnyStrategy } from '#libs/core';
import { schema } from './schema.ts';
import type { Setting } from './setting.ts';
import { parameterFacts } from './parameter-facts.ts';
import { variableOf } from './strategy-parameters.ts';

/** The settings as a Markdown table, for the documentation. */
export function settingsTable(): string {
  const rows = Object.entries<Setting<unknown>>(schema).map(([variable, setting]) => {
    const { default: text, implied, meaning, allowed } = setting;
    const byDefault = text === undefined ? (implied ?? '–') : `\`${text}\``;
    return `| \`${variable}\` | ${byDefault} | ${allowed} | ${meaning} |`;
  });
  return ['| variable | default | allowed | meaning |', '|---|---|---|---|', ...rows, ''].join('\n');
}

/** The parameters of strategies as a Markdown table. */
export function parametersTable(strategies: readonly AnyStrategy[]): string {
  const rows = strategies.flatMap((strategy) =>
    parameterFacts(strategy).map((parameter) => {
      const byDefault =
        parameter.default === undefined ? '–' : `\`${JSON.stringify(parameter.default).replaceAll('"', '')}\``;
      return `| \`${variableOf(strategy, parameter.name)}\` | ${byDefault} | ${parameter.allowed ?? ''} |`;
    }),
  );
  return ['| variable | default | allowed |', '|---|---|---|', ...rows, ''].join('\n');
}
