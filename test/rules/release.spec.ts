import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { chartFiles, desiredQuery, releaseRules, releaseTokens, scalingAlerts } from '#libs/dashboards';
import { exampleRelease } from '../../libs/dashboards/example-release.ts';
import { testDocument } from '../../libs/dashboards/rules-tests.ts';
import { askOfMutant, mutantsOf } from './mutants.ts';
import { hasPromtool, promtool } from './promtool.ts';
import { releaseTests, scrapings } from './scrapings.ts';

/** promtool steps through hours of half minutes. */
const patience = 120_000;

describe.skipIf(!hasPromtool)('the rules of a release, asked of promtool (skipped without promtool)', () => {
  let folder = '';
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flyball-release-'));
    write('release.yaml', releaseRules(exampleRelease));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('are well formed', () => {
    const answer = promtool(['check', 'rules', 'release.yaml'], folder);
    expect(answer.said).toContain('SUCCESS: 7 rules found');
    expect(answer.status).toBe(0);
  });

  it.each(scrapings)('record, answer and fire as their cases say, $about', { timeout: patience }, (scraping) => {
    write('scraped.yaml', releaseRules(scraping.facts));
    write('tests.yaml', testDocument(releaseTests(scraping), ['scraped.yaml']));
    const answer = promtool(['test', 'rules', 'tests.yaml'], folder);
    expect(answer.said.replaceAll(/\s+/g, ' ').trim()).toBe('Unit Testing: tests.yaml SUCCESS');
    expect(answer.status).toBe(0);
  });

  it('refuse a selector that finds the queues of two namespaces, and do not add them up', () => {
    const waiting = (namespace: string): string =>
      `flyball_queue_jobs{namespace="${namespace}",instance="w1:8080",queue="local",state="waiting"}`;
    const input_series = ['prod', 'dev'].map((namespace) => ({ series: waiting(namespace), values: '40x30' }));
    const asked = { expr: 'vector(0)', eval_time: '30m', exp_samples: [{ labels: '{}', value: 0 }] };
    write('wide.yaml', releaseRules({ ...exampleRelease, selector: 'queue="local"' }));
    const test = { name: 'two queues', interval: '1m', input_series, promql_expr_test: [asked] };
    write('tests.yaml', testDocument([test], ['wide.yaml']));
    const answer = promtool(['test', 'rules', 'tests.yaml'], folder);
    expect(answer.said).toContain('same labelset');
  });

  it.each(scalingAlerts(exampleRelease).flatMap(mutantsOf))(
    '$alert.name, without what keeps it quiet, fires although: $quiet.about',
    { timeout: patience },
    (mutant) => {
      const answer = askOfMutant(mutant, { folder, ruleFiles: [join(folder, 'release.yaml')] });
      expect(answer.said).toContain('SUCCESS');
      expect(answer.status).toBe(0);
    },
  );
});

describe('the generated files of the chart', () => {
  const made = chartFiles();

  it.each(Object.entries(made))('%s is what `npm run dashboards` writes', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });

  it('are all made by it', () => {
    const lying = ['helm/flyball/dashboards', 'helm/flyball/rules'].flatMap((folder) =>
      readdirSync(folder).map((name) => `${folder}/${name}`),
    );
    expect(lying.filter((path) => !(path in made))).toEqual([]);
  });

  it('become the rules of a release by replacing tokens, whatever its names are made of', () => {
    const facts = {
      ...exampleRelease,
      selector: 'job=~"a: b|c #d",text!=\'it is "quoted"\'',
      labels: { namespace: '123', release: 'true' },
      worker: '0x10-flyball-worker',
    };
    const text = filled(readFileSync('helm/flyball/rules/release.yaml', 'utf8'), facts);
    expect(text).toBe(releaseRules(facts));
    const { groups } = parse(text) as { groups: readonly { rules: readonly { labels: unknown; expr: string }[] }[] };
    const rules = groups.flatMap((group) => group.rules);
    expect(rules.map(({ labels }) => labels)).toEqual(
      rules.map(() => expect.objectContaining(facts.labels) as unknown),
    );
    expect(rules[0]?.expr).toContain(`{${facts.selector},state="waiting"}`);
  });

  it('hold the number for a scaler that asks itself, on one line', () => {
    const text = readFileSync('helm/flyball/rules/desired.promql', 'utf8');
    expect(filled(text, exampleRelease)).toBe(`${desiredQuery(exampleRelease)}\n`);
    expect(text.trimEnd()).not.toContain('\n');
  });
});

/** As the chart's templates do it. */
function filled(text: string, facts: typeof releaseTokens): string {
  const { labels, ...others } = facts;
  const { labels: labelTokens, ...otherTokens } = releaseTokens;
  const values = Object.entries({ ...others, ...labels });
  const tokens: Readonly<Record<string, unknown>> = { ...otherTokens, ...labelTokens };
  return values.reduce((rest, [name, value]) => rest.replaceAll(String(tokens[name]), () => String(value)), text);
}
