import { describe, expect, it } from 'vitest';
import { dashboards, linksOf, panels } from './committed.ts';
import { hardCodedSources } from './datasources.ts';

describe('data sources', () => {
  it.each(dashboards)('of $uid are those that the reader chose', (dashboard) => {
    expect(hardCodedSources(dashboard)).toEqual([]);
  });

  it('are named by every panel and every query', () => {
    expect(panels.filter(({ panel }) => panel.datasource === undefined)).toEqual([]);
    expect(panels.flatMap(({ panel }) => panel.targets ?? []).filter((target) => !('datasource' in target))).toEqual(
      [],
    );
  });

  it('stand in links to Explore too', () => {
    const addresses = panels.flatMap(({ panel }) => linksOf(panel)).filter(({ url }) => url.startsWith('/explore'));
    expect(addresses.length).toBeGreaterThan(10);
  });
});

describe('a data source of one Grafana', () => {
  const panes = (datasource: string): string => JSON.stringify({ flyball: { datasource, queries: [] } });

  it.each([
    [{ panels: [{ datasource: { type: 'prometheus', uid: 'PBFA97CFB590B2093' } }] }, 1],
    [{ panels: [{ datasource: 'Prometheus' }] }, 1],
    [{ panels: [{ targets: [{ datasource: { type: 'loki', uid: 'loki' } }] }] }, 1],
    [{ links: [{ url: `/explore?schemaVersion=1&panes=${encodeURIComponent(panes('tempo'))}` }] }, 1],
    [{ links: [{ url: `/explore?schemaVersion=1&panes=${encodeURIComponent(panes('${tempo}'))}` }] }, 0],
    [{ annotations: [{ datasource: { type: 'grafana', uid: '-- Grafana --' } }] }, 0],
  ])('is found in %j: %d', (dashboard, found) => {
    expect(hardCodedSources(dashboard)).toHaveLength(found);
  });
});
