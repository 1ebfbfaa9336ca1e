import { parser } from '@grafana/lezer-logql';
import { describe, expect, it } from 'vitest';
import { logEvents } from '#libs/observability';
import { dashboards, linksOf, panels, targetsOf } from './committed.ts';

const queries = [
  ...panels.flatMap(({ name, panel }) => targetsOf(panel, 'loki').map(({ expr }) => ({ where: name, expr }))),
  ...panels.flatMap(({ name, panel }) =>
    linksOf(panel).flatMap(({ title, url }) => inExplore(url).map((expr) => ({ where: `${name} › ${title}`, expr }))),
  ),
  ...dashboards.flatMap(({ uid, annotations }) =>
    annotations.list
      .filter(({ datasource }) => datasource.type === 'loki')
      .map(({ name, expr }) => ({ where: `${uid} › annotation ${name}`, expr })),
  ),
];

describe('every query of Loki', () => {
  it('parses', () => {
    expect(queries.length).toBeGreaterThan(5);
    expect(queries.filter(({ expr }) => !parses(expr))).toEqual([]);
  });

  it('asks for an event that is logged, and for the queues that the reader chose', () => {
    const wrong = queries.filter(({ expr }) => {
      const [, event = ''] = /\| event="([^"]*)"/.exec(expr) ?? [];
      return !(event in logEvents) || !/\| queue=~"\$(queue|\{__field\.labels\.queue\})"/.test(expr);
    });
    expect(wrong).toEqual([]);
  });
});

describe('a query that does not parse', () => {
  it.each(['{service_name=~"flyball"', '{a="b"} | json | queue=', '|= "x"'])('is found: %s', (expr) => {
    expect(parses(expr)).toBe(false);
  });
});

function parses(expr: string): boolean {
  let whole = true;
  parser.parse(expr).iterate({
    enter: ({ type }) => {
      if (type.isError) whole = false;
    },
  });
  return whole;
}

/** The queries of Loki that a link opens. */
function inExplore(url: string): readonly string[] {
  const [, panes] = /^\/explore\?.*\bpanes=([^&]*)/.exec(url) ?? [];
  if (panes === undefined) return [];
  const { flyball }: { flyball: Pane } = JSON.parse(decodeURIComponent(panes));
  return flyball.queries.filter(({ datasource }) => datasource.type === 'loki').map(({ expr }) => expr);
}

interface Pane {
  readonly queries: readonly { readonly datasource: { readonly type: string }; readonly expr: string }[];
}
