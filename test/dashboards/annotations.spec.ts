import { describe, expect, it } from 'vitest';
import { createLog } from '#libs/observability';
import { healthyRecord } from '../fixtures/observability/healthy-record.ts';
import { dashboards, panels, targetsOf, type Annotation } from './committed.ts';
import { labelsIn } from './legends.ts';
import { parsePromql } from './parse-promql.ts';
import { resultLabels } from './result-labels.ts';
import { resultUnit } from './result-unit.ts';

const changed = limitChangedLine();

describe.each(dashboards)('the marks on every graph of $uid', ({ annotations: { list } }) => {
  const named = (name: string): Annotation | undefined => list.find((annotation) => annotation.name === name);
  const ofMetrics = list.filter(({ datasource }) => datasource.type === 'prometheus');

  it('are these, and on from the start where they need no more than Prometheus', () => {
    expect(list.map(({ name, enable }) => [name, enable])).toEqual([
      ['Limit changes', true],
      ['Mode changes', true],
      ['Deploys', true],
      ['Firing alerts', true],
      ['Limit changes, explained', false],
    ]);
  });

  it('stand at a limit change with what was done and why, in the milliseconds that Grafana wants', () => {
    expect(named('Limit changes')).toMatchObject({ useValueForTime: true, textFormat: '{{action}} {{reason}}' });
    expect(named('Limit changes')?.expr).toMatch(/^flyball_limit_last_change_timestamp_seconds\{.*\} \* 1000$/);
  });

  it('stand where their value says, if and only if it is a time', () => {
    const wrong = ofMetrics.filter(
      ({ expr, useValueForTime = false }) => (resultUnit(parsePromql(expr)) === 'timestamp') !== useValueForTime,
    );
    expect(wrong).toEqual([]);
  });

  it('say a change of mode, a deploy and an alert by what they are', () => {
    expect(named('Mode changes')).toMatchObject({ textFormat: '{{mode}}' });
    expect(named('Deploys')).toMatchObject({ textFormat: '{{version}} {{revision}}' });
    expect(named('Firing alerts')).toMatchObject({ titleFormat: '{{alertname}}', textFormat: '{{severity}}' });
    expect(named('Firing alerts')?.expr).toContain('alertstate="firing"');
  });

  it('name only labels that their series have', () => {
    const wrong = ofMetrics.flatMap((annotation) => {
      const able = resultLabels(parsePromql(annotation.expr));
      return wordsOf(annotation).filter((label) => !able.includes(label));
    });
    expect(wrong).toEqual([]);
  });

  it('name only fields that the log line of a limit change has', () => {
    const explained = named('Limit changes, explained');
    expect(explained?.expr).toContain('event="limit-changed"');
    expect(explained?.textFormat).toBe('{{explanation}}');
    expect(explained === undefined ? [] : wordsOf(explained).filter((field) => !(field in changed))).toEqual([]);
  });

  it('ask the same where older and newer versions of Grafana look for the query', () => {
    const queries = list.map(({ expr, target, datasource }) => ({ asked: [expr, target.expr], datasource, target }));
    expect(queries.filter(({ asked: [one, other] }) => one !== other)).toEqual([]);
    expect(queries.filter(({ datasource, target }) => datasource.uid !== target.datasource.uid)).toEqual([]);
  });
});

describe('the table of limit changes', () => {
  it('has only columns that the log line has', () => {
    const tables = panels.filter(({ panel }) => targetsOf(panel, 'loki').length > 0);
    const columns = tables.flatMap(({ panel: { transformations = [] } }) =>
      transformations
        .filter(({ id }) => id === 'filterFieldsByName')
        .flatMap(({ options }) => (options['include'] as { names: readonly string[] }).names),
    );
    expect(columns).toContain('decision_id');
    expect(columns.filter((name) => name !== 'Time' && !(name in changed))).toEqual([]);
  });
});

function wordsOf({ titleFormat = '', textFormat = '', tagKeys = '' }: Annotation): readonly string[] {
  return [...labelsIn(titleFormat), ...labelsIn(textFormat), ...tagKeys.split(',')];
}

function limitChangedLine(): Readonly<Record<string, unknown>> {
  const lines: Record<string, unknown>[] = [];
  const log = createLog({
    level: 'info',
    queue: 'local',
    clock: () => 0,
    write: (line) => lines.push(JSON.parse(line)),
  });
  const limit = { before: 5, after: 4, gate: 4, since: 0, was: 5 };
  log.record({ type: 'period', record: healthyRecord({ action: 'decrease', limit }), durationMs: 1, lagMs: 0 });
  log.close();
  const line = lines.find(({ event }) => event === 'limit-changed');
  if (line === undefined) throw new Error('no line tells of the change');
  return line;
}
