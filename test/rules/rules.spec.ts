import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { alerts, scalingAlerts } from '#libs/dashboards';
import { exampleRelease } from '../../libs/dashboards/example-release.ts';
import { askOfMutant, mutantsOf } from './mutants.ts';
import { hasPromtool, promtool } from './promtool.ts';

const rules = resolve('dashboards/rules');
/** promtool steps through days of half minutes. */
const patience = 240_000;

describe.skipIf(!hasPromtool)('the rules, asked of promtool (skipped without promtool)', () => {
  it('are well formed', () => {
    const answer = promtool(['check', 'rules', 'recording.yaml', 'autoscaling.yaml', 'alerts.yaml'], rules);
    expect(answer.said).not.toContain('FAILED');
    expect(answer.status).toBe(0);
  });

  it('fire, stay quiet and record as their cases say', { timeout: patience }, () => {
    const answer = promtool(['test', 'rules', 'tests.yaml'], rules);
    expect(answer.said.replaceAll(/\s+/g, ' ').trim()).toBe('Unit Testing: tests.yaml SUCCESS');
    expect(answer.status).toBe(0);
  });
});

describe.skipIf(!hasPromtool)('a rule without what keeps it quiet (skipped without promtool)', () => {
  const mutants = alerts().flatMap(mutantsOf);
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flyball-rules-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(mutants)('$alert.name fires although: $quiet.about', { timeout: patience }, (mutant) => {
    const answer = askOfMutant(mutant, { folder, ruleFiles: [join(rules, 'recording.yaml')] });
    expect(answer.said).toContain('SUCCESS');
    expect(answer.status).toBe(0);
  });
});

describe('the alerts', () => {
  it('say in one line what is the matter, and page for less than half of what can be the matter', () => {
    const all = [...alerts(), ...scalingAlerts(exampleRelease)];
    expect(all.filter(({ summary }) => summary.includes('\n') || summary.length > 160)).toEqual([]);
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    expect(all.filter(({ severity }) => severity === 'page').length).toBeLessThan(all.length / 2);
  });
});
