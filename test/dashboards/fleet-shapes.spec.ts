import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { queriesOf, readDashboards } from '../observability/dashboard-queries.ts';
import { hasPromtool, promtool } from '../rules/promtool.ts';
import { seriesOfFleet, shapes, type FleetShape } from './fleet-shapes.ts';

const expressions = [...new Set(readDashboards().flatMap((each) => queriesOf(each).map(({ expr }) => expr)))];
/** Fifty workers are some thousands of series. */
const patience = 120_000;

describe.skipIf(!hasPromtool)('every expression of the dashboards, asked of promtool (skipped without it)', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'flyball-shapes-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** 0 whatever it answers, also nothing; an expression that cannot be evaluated fails the test. */
  const evaluated = (shape: FleetShape, asked: readonly string[]): string => {
    const tests = [
      {
        interval: '5s',
        input_series: seriesOfFleet(shape).map((series) => ({ series, values: '1+1x8' })),
        promql_expr_test: asked.map((expr) => ({
          expr: `0 * (count(${expr}) or vector(1))`,
          eval_time: '35s',
          exp_samples: [{ labels: '{}', value: 0 }],
        })),
      },
    ];
    const file = join(folder, 'test.yaml');
    const rules = ['recording', 'autoscaling'].map((name) => resolve(`dashboards/rules/${name}.yaml`));
    // JSON is YAML too.
    writeFileSync(file, JSON.stringify({ rule_files: rules, tests }));
    return promtool(['test', 'rules', file], folder).said.replaceAll(/\s+/g, ' ').trim();
  };

  it.each(shapes)('can be evaluated for $about', { timeout: patience }, (shape) => {
    expect(evaluated(shape, expressions)).toMatch(/SUCCESS$/);
  });

  it('would be found out where it takes one device for all', () => {
    const careless = ['flyball_gpu_memory_used_bytes / on (instance) flyball_gpu_memory_total_bytes'];
    const found = shapes.filter((shape) => !evaluated(shape, careless).endsWith('SUCCESS'));
    expect(found.map(({ gpus }) => gpus)).toEqual([8, 2, 2]);
  });
});
