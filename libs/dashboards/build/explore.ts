import { datasources } from './datasources.ts';

/**
 * The address of a query in Grafana's Explore, from the begin of the time shown to `to` (the point that was clicked when
 * absent): the newest of what is found is what led to the point.
 */
export function explore(
  source: 'loki' | 'tempo',
  query: Readonly<Record<string, string>>,
  to = '${__value.time}',
): string {
  const datasource = datasources[source];
  const pane = {
    datasource: datasource.uid,
    queries: [{ refId: 'A', datasource, ...query }],
    range: { from: '${__from}', to },
  };
  return `/explore?schemaVersion=1&panes=${encoded(JSON.stringify({ flyball: pane }))}`;
}

/** Grafana replaces `${…}` before the browser sees the address, and only where it is written so. */
function encoded(text: string): string {
  return encodeURIComponent(text).replace(/%24%7B(.*?)%7D/g, '${$1}');
}
