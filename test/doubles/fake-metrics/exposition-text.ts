export interface Series {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** A number, or what a server writes instead (`NaN`). */
  readonly value: number | string;
  readonly type?: 'gauge' | 'counter';
}

/** A page in the Prometheus text format, grouped by name as exporters do. */
export function expositionText(series: readonly Series[]): string {
  const families = Map.groupBy(series, ({ name }) => name);
  return [...families].map(([name, members]) => family(name, members)).join('');
}

function family(name: string, members: readonly Series[]): string {
  const type = members[0]?.type ?? 'gauge';
  const lines = members.map(({ labels, value }) => `${name}${labelText(labels ?? {})} ${value}\n`);
  return `# HELP ${name} Invented.\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

function escaped(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
