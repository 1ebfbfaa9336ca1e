import { describe, expect, it } from 'vitest';
import { dashboards, type Variable } from './committed.ts';

/** By what each is narrowed: what is chosen before it. */
const chained: Readonly<Record<string, readonly string[]>> = {
  job: [],
  instance: ['job'],
  queue: ['job', 'instance'],
  gpu: ['job', 'instance'],
};

describe.each(dashboards)('the variables of $uid', ({ templating: { list } }) => {
  const queried = list.filter(({ type }) => type === 'query');

  it('are these, in this order', () => {
    expect(list.map(({ name }) => name)).toEqual([
      'datasource',
      'loki',
      'tempo',
      'job',
      'instance',
      'queue',
      'gpu',
      'runbook',
    ]);
  });

  it('choose the data sources by their kind', () => {
    const sources = list.filter(({ type }) => type === 'datasource').map(({ name, query }) => [name, query]);
    expect(sources).toEqual([
      ['datasource', 'prometheus'],
      ['loki', 'loki'],
      ['tempo', 'tempo'],
    ]);
  });

  it('take several values and All, and are read anew when the time changes', () => {
    expect(queried.map(({ name }) => name)).toEqual(Object.keys(chained));
    for (const variable of queried) {
      // 2: on a change of the time range.
      expect(variable).toMatchObject({ multi: true, includeAll: true, allValue: '.*', refresh: 2 });
    }
  });

  it('narrow each other from left to right', () => {
    expect(Object.fromEntries(queried.map((variable) => [variable.name, narrowedBy(variable)]))).toEqual(chained);
  });
});

function narrowedBy({ query }: Variable): readonly string[] {
  const text = typeof query === 'string' ? query : query.query;
  return [...text.matchAll(/(\w+)=~"\$(\w+)"/g)].map(([, label, variable]) =>
    label === variable ? (variable ?? '') : '?',
  );
}
