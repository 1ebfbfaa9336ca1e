import { describeSettings } from '#libs/config';
import { expressionsText } from './expressions.ts';
import { valuesSchema } from './values-schema.ts';
import { valuesTable } from './values-table.ts';

export interface ChartSources {
  /** Text of `values.yaml`. */
  readonly values: string;
  /** Text of the chart's README.md as it is. */
  readonly readme: string;
  /** Names of the strategies that come with Flyball. */
  readonly strategies: readonly string[];
}

/** What of the chart follows from its values and from libs/config, by its path in the repository; `npm run chart` writes it. */
export function valuesFiles({ values, readme, strategies }: ChartSources): Readonly<Record<string, string>> {
  return {
    'helm/flyball/values.schema.json': valuesSchema(values, strategies),
    'helm/flyball/settings.json': `${JSON.stringify(boundDefaults(), undefined, 2)}\n`,
    'helm/flyball/README.md': between(between(readme, 'values', valuesTable(values)), 'expressions', expressionsText()),
  };
}

/** What the guards count with where a bound is left empty. */
function boundDefaults(): Readonly<Record<string, number>> {
  const bounds = ['CONCURRENCY_MIN', 'CONCURRENCY_MAX'];
  const lines = describeSettings({}, { strategies: [] }).filter(({ variable }) => bounds.includes(variable));
  return Object.fromEntries(lines.map(({ variable, value }) => [variable, Number(value)]));
}

/** @throws {Error} where the text has no such marks */
function between(text: string, mark: string, made: string): string {
  const parts = new RegExp(`(<!-- ${mark} -->)[^]*(<!-- /${mark} -->)`);
  if (!parts.test(text)) throw new Error(`The README has no <!-- ${mark} --> … <!-- /${mark} -->.`);
  return text.replace(parts, (_, before: string, after: string) => `${before}\n\n${made}\n${after}`);
}
