import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { alerts } from '#libs/dashboards';
import { boundBits, reasons } from '#libs/core';
import { factors } from '#libs/observability';
import { dashboards, linksOf, panels, type Link, type Panel } from './committed.ts';
import { linkProblems } from './links.ts';

const runbook = readFileSync(fileURLToPath(new URL('../../docs/runbook.md', import.meta.url)), 'utf8');
const headings = new Set(
  [...runbook.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text.toLowerCase().replaceAll(' ', '-')),
);
const links = panels.flatMap(({ name, panel }) => linksOf(panel).map((link) => ({ name, ...link })));
const anchors = links
  .filter(({ url }) => url.startsWith('${runbook}#'))
  .map(({ name, url }) => ({ name, anchor: url.slice('${runbook}#'.length) }));

describe('every link of a panel', () => {
  it('leads somewhere, and none is missing from a point to its decision', () => {
    expect(panels.flatMap(({ name, panel }) => linkProblems(panel).map((problem) => `${name} ${problem}`))).toEqual([]);
  });

  it('into the runbook leads to a heading', () => {
    expect(anchors.length).toBeGreaterThan(20);
    expect(anchors.filter(({ anchor }) => !anchor.includes('${') && !headings.has(anchor))).toEqual([]);
  });

  it('to the heading of a label finds one for each of its values', () => {
    const values = [...reasons, ...factors, ...boundBits.filter((bit) => bit !== 'none')];
    expect(values.filter((value) => !headings.has(value))).toEqual([]);
  });

  it('uses only variables that its dashboard or Grafana has', () => {
    const own = new Set(dashboards.flatMap(({ templating }) => templating.list.map(({ name }) => name)));
    const used = links.flatMap(({ name, url }) =>
      [...url.matchAll(/\$\{([\w.]+)\}/g)].map(([, variable = '']) => ({ name, variable })),
    );
    const builtIn = /^__(from|to|value\.(time|raw)|field\.labels\.\w+)$/;
    expect(used.filter(({ variable }) => !own.has(variable) && !builtIn.test(variable))).toEqual([]);
  });
});

describe('every alert', () => {
  it('opens a dashboard that there is, with variables that it has', () => {
    const addresses = alertsAsWritten().map(({ annotations }) => annotations.dashboard_url);
    expect(addresses.length).toBeGreaterThan(20);
    expect(addresses.filter((address) => !opens(address))).toEqual([]);
  });

  it('has a panel that leads to its heading in the runbook', () => {
    const linked = new Set(anchors.map(({ anchor }) => anchor));
    expect(alerts().filter(({ name }) => !linked.has(name.toLowerCase()))).toEqual([]);
  });

  it('whose mark a panel draws is linked from there', () => {
    const drawn = panels.filter(({ panel }) => (panel.fieldConfig?.defaults.thresholds?.steps.length ?? 0) > 1);
    expect(drawn.length).toBeGreaterThan(10);
    const silent = drawn.filter(({ panel }) => !linksOf(panel).some(({ url }) => url.startsWith('${runbook}#')));
    // A full signal is no alert: the strategy acts on it.
    expect(silent.map(({ name }) => name)).toEqual(['flyball-overview › Signal pressure, highest first']);
  });
});

describe('the way from a limit change to its traces', () => {
  it('goes by the id of the decision', () => {
    const byId = links.filter(({ url }) => decodeURIComponent(url).includes('span.flyball.decision.id'));
    expect(byId.map(({ name }) => name)).toEqual(['flyball-overview › Limit changes, explained']);
  });
});

describe('what is said of links', () => {
  const words = { title: 'Words', url: '/explore?${loki}limit-changed&queue=${__field.labels.queue}' };
  const reason = { title: 'Reason', url: '${runbook}#${__field.labels.reason}' };

  it.each<[string, string, readonly Link[], readonly string[]]>([
    ['timeseries', 'sum by (queue, reason) (flyball_decisions_total)', [words, reason], []],
    ['timeseries', 'sum by (queue) (flyball_decisions_total)', [], ['does not lead to the decisions in words']],
    [
      'timeseries',
      'sum by (reason) (flyball_decisions_total)',
      [words, reason],
      ['“Words” needs queue, which not all its series have'],
    ],
    ['state-timeline', 'flyball_limiting_factor == 1', [words], ['does not lead to the runbook of its factor']],
    [
      'stat',
      'flyball_inflight_jobs',
      [{ title: 'Then', url: '/explore?to=${__value.time}' }],
      ['“Then” needs the time of a point, which a stat has not'],
    ],
  ])('a %s of %s', (type, expr, links, problems) => {
    const panel: Panel = {
      type,
      gridPos: { x: 0, y: 0, w: 4, h: 4 },
      targets: [{ refId: 'A', expr, datasource: { type: 'prometheus', uid: '${datasource}' } }],
      fieldConfig: { defaults: { links } },
    };
    expect(linkProblems(panel)).toEqual(problems);
  });
});

interface WrittenAlert {
  readonly annotations: { readonly dashboard_url: string };
}

function alertsAsWritten(): readonly WrittenAlert[] {
  const path = fileURLToPath(new URL('../../dashboards/rules/alerts.yaml', import.meta.url));
  const { groups }: { groups: readonly { rules: readonly WrittenAlert[] }[] } = parse(readFileSync(path, 'utf8'));
  return groups.flatMap(({ rules }) => rules);
}

function opens(address: string): boolean {
  const [, uid, query = ''] = /^\/d\/([\w-]+)(?:\?(.*))?$/.exec(address) ?? [];
  const own = dashboards.find((dashboard) => dashboard.uid === uid)?.templating.list.map(({ name }) => `var-${name}`);
  const given = query === '' ? [] : query.split('&').map((pair) => pair.split('=')[0] ?? '');
  return own !== undefined && given.every((name) => own.includes(name));
}
