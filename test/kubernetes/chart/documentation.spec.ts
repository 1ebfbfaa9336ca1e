import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chartValues } from '#libs/chart';
import { describeSettings } from '#libs/config';
import { formattedChartFiles } from '../../../scripts/chart-files.mjs';
import { chart } from './helm.ts';

const values = chartValues(readFileSync(`${chart}/values.yaml`, 'utf8'));
const made = await formattedChartFiles();

describe('the made files of the chart', () => {
  it('are the schema, the defaults of the bounds and the README', () => {
    const names = ['values.schema.json', 'settings.json', 'README.md'];
    expect(Object.keys(made)).toEqual(names.map((name) => `${chart}/${name}`));
  });

  it.each(Object.entries(made))('%s is as `npm run chart` makes it', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
});

describe('every value', () => {
  const schema = JSON.parse(readFileSync(`${chart}/values.schema.json`, 'utf8')) as Schema;
  const [, table = ''] = readFileSync(`${chart}/README.md`, 'utf8').split(/<!-- \/?values -->/);
  const rows = table
    .split('\n')
    .flatMap((line) => /^\| `([\w.]+)` +\| .* \| (.+?) +\|$/.exec(line)?.slice(1, 3).join(': ') ?? []);

  it('has a comment that says what it is', () => {
    expect(values.length).toBeGreaterThan(180);
    expect(values.filter(({ meaning }) => meaning.length < 5)).toEqual([]);
  });

  it('has an entry in the schema with these words, and the schema has no other', () => {
    expect(descriptionsOf(schema).toSorted()).toEqual(
      values.map(({ path, meaning }) => `${path}: ${meaning}`).toSorted(),
    );
  });

  it('has a row in the README with these words, and the README has no other', () => {
    expect(rows).toEqual(values.map(({ path, meaning }) => `${path}: ${meaning.replaceAll('|', '\\|')}`));
  });
});

describe('a value that stands for a setting', () => {
  const lines = describeSettings({}, { strategies: [] });
  const pairs = values.flatMap((value) =>
    lines.filter(({ variable }) => value.meaning.includes(`\`${variable}\``)).map((line) => ({ ...value, line })),
  );
  /** Those that the chart has to know, and why. */
  const repeated: Readonly<Record<string, string>> = {
    'gateway.drain.timeoutSeconds': 'the grace period is counted from it',
  };

  it('is one of many', () => {
    expect(pairs.length).toBeGreaterThan(15);
  });

  it.each(pairs)('$path leaves the default of $line.variable to libs/config, or has another', (pair) => {
    const { path, default: byDefault, line } = pair;
    const written = path.endsWith('Seconds') ? `${String(byDefault)}s` : String(byDefault);
    expect(written !== '' && written === line.value).toBe(path in repeated);
  });
});

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** `worker.gpu.count: Devices of a pod.`; what is below a described one is no value of its own. */
function descriptionsOf({ description, properties = {} }: Schema, path = ''): readonly string[] {
  if (description !== undefined) return [`${path}: ${description}`];
  return Object.entries(properties).flatMap(([key, inner]) =>
    descriptionsOf(inner, path === '' ? key : `${path}.${key}`),
  );
}
