import { families, type FamilyName } from '#libs/observability';
import type { Family, FamilyUnit } from '../../libs/observability/family.ts';
import { recordingGroups } from '../../libs/dashboards/recording-rules.ts';

/** What a name in an expression stands for. */
export type Series =
  | { readonly kind: 'family'; readonly name: FamilyName; readonly family: Family; readonly part: HistogramPart | '' }
  | { readonly kind: 'recorded'; readonly rule: string }
  | { readonly kind: 'foreign'; readonly foreign: Foreign };

export type HistogramPart = '_bucket' | '_sum' | '_count';

/** Of prom-client's default metrics and of Prometheus itself. */
export interface Foreign {
  readonly type: 'counter' | 'gauge';
  readonly unit: FamilyUnit;
  readonly labels: readonly string[];
}

const none: readonly string[] = [];
const foreign: Readonly<Record<string, Foreign>> = {
  process_cpu_seconds_total: { type: 'counter', unit: 'seconds', labels: none },
  process_resident_memory_bytes: { type: 'gauge', unit: 'bytes', labels: none },
  process_start_time_seconds: { type: 'gauge', unit: 'timestamp', labels: none },
  nodejs_heap_size_used_bytes: { type: 'gauge', unit: 'bytes', labels: none },
  up: { type: 'gauge', unit: 'none', labels: none },
  scrape_samples_scraped: { type: 'gauge', unit: 'count', labels: none },
  ALERTS: { type: 'gauge', unit: 'none', labels: ['alertname', 'alertstate', 'severity', 'queue', 'gpu'] },
};

/** Labels that scraping gives to every series; no family has them. */
export const targetLabels = [
  'job',
  'instance',
  'namespace',
  'pod',
  'container',
  'node',
  'service',
  'endpoint',
  'release',
] as const;

const recorded = new Map(
  recordingGroups().flatMap(({ rules }) => rules.map(({ record, expression }) => [record, expression])),
);

/** Undefined for a name that nobody makes. */
export function seriesOf(metric: string): Series | undefined {
  const rule = recorded.get(metric);
  if (rule !== undefined) return { kind: 'recorded', rule };
  const other = foreign[metric];
  if (other !== undefined) return { kind: 'foreign', foreign: other };
  const [, name = '', part = ''] = /^flyball_(\w+?)(_bucket|_sum|_count)?$/.exec(metric) ?? [];
  const family = (families as Readonly<Record<string, Family>>)[name];
  if (family === undefined || (family.type === 'histogram') !== (part !== '')) return undefined;
  return { kind: 'family', name: name as FamilyName, family, part: part as HistogramPart | '' };
}

/** Whether it only ever grows: its number says nothing, its growth does. */
export function isCumulative(metric: string): boolean {
  const series = seriesOf(metric);
  if (series?.kind === 'foreign') return series.foreign.type === 'counter';
  return series?.kind === 'family' && (series.family.type === 'counter' || series.part !== '');
}
