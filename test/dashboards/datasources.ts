/** Every data source named anywhere in a dashboard by an id of one Grafana instead of by a variable. */
export function hardCodedSources(value: unknown, path = ''): readonly string[] {
  if (typeof value === 'string') return inAddress(value).map((uid) => `${path}: ${uid}`);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = `${path}.${key}`;
    return key === 'datasource' ? sourceProblems(inner, here) : hardCodedSources(inner, here);
  });
}

/** A data source by name alone is one of a single Grafana too. */
function sourceProblems(source: unknown, path: string): readonly string[] {
  const uid = typeof source === 'object' && source !== null && 'uid' in source ? source.uid : source;
  return isOfTheReader(uid) ? [] : [`${path}: ${JSON.stringify(source)}`];
}

/** Of a link to Explore: its panes are JSON within the address. */
function inAddress(text: string): readonly string[] {
  const [, panes] = /^\/explore\?.*\bpanes=([^&]*)/.exec(text) ?? [];
  return panes === undefined ? [] : hardCodedSources(JSON.parse(decodeURIComponent(panes)), 'panes');
}

/** Chosen by a variable, or one that every Grafana has built in. */
function isOfTheReader(uid: unknown): boolean {
  return typeof uid === 'string' && (/^\$\{(datasource|loki|tempo)\}$/.test(uid) || /^-- .* --$/.test(uid));
}
