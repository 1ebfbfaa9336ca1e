/**
 * Where a label's values come from: a closed list; the endpoint's name, the strategy in force or the telemetry sources,
 * known at start; or `open`, a name that only what is measured can tell (a device, a term), of which the first
 * {@link mostOpenValues} are kept.
 */
export type LabelValues = readonly string[] | 'queue' | 'strategy' | 'source' | 'open';
export type LabelSets = Readonly<Record<string, LabelValues>>;

/** A plugin's terms or a host's devices beyond these become `other`. */
export const mostOpenValues = 64;

export interface FamilyOptions {
  /** Carries exemplars. */
  readonly exemplars?: true;
  /** Which label combinations can occur; absent = all. The others have no series at start. */
  readonly occurs?: (labels: Readonly<Record<string, string>>) => boolean;
  /** Its series begin with their first event: which of them this process can have is not known at start. */
  readonly starts?: 'when-seen';
  /** What OpenTelemetry's semantic conventions, still in development, call it; ours is the name that stays. */
  readonly semconv?: string;
  /** Of a counter; `count` when absent. */
  readonly unit?: FamilyUnit;
}

/** Edges of the histograms, in the family's unit. */
export const bucketEdges = {
  PERIOD: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1],
  LAG: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  COLLECT: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  WAIT: [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800],
  SERVICE: [0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800],
  SLACK: [0.1, 0.25, 0.5, 0.75, 0.9, 1, 1.1, 1.25, 1.5, 2, 4],
  HTTP: [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90, 300],
} as const;
export type Buckets = keyof typeof bucketEdges;

export type FamilyUnit =
  'seconds' | 'bytes' | 'ratio' | 'timestamp' | 'jobs' | 'count' | 'watts' | 'joules' | 'celsius' | 'hertz' | 'none';
export type FamilyType = 'counter' | 'gauge' | 'state-set' | 'histogram';

/** A metric family as data. Its name in `/metrics` is `flyball_` and its key in the catalogue. */
export interface Family<
  Type extends FamilyType = FamilyType,
  Labels extends LabelSets = LabelSets,
> extends FamilyOptions {
  readonly type: Type;
  readonly unit: FamilyUnit;
  readonly labels: Labels;
  readonly help: string;
  readonly buckets?: Buckets;
}

export function counter<const Labels extends LabelSets>(
  labels: Labels,
  help: string,
  options?: FamilyOptions,
): Family<'counter', Labels> {
  return { type: 'counter', unit: 'count', labels, help, ...options };
}

export function gauge<const Labels extends LabelSets>(
  unit: FamilyUnit,
  labels: Labels,
  help: string,
  options?: Pick<FamilyOptions, 'semconv'>,
): Family<'gauge', Labels> {
  return { type: 'gauge', unit, labels, help, ...options };
}

/** A 0/1 gauge per value. */
export function stateSet<const Labels extends LabelSets>(labels: Labels, help: string): Family<'state-set', Labels> {
  return { type: 'state-set', unit: 'none', labels, help };
}

export function histogram<const Labels extends LabelSets>(
  buckets: Buckets,
  labels: Labels,
  help: string,
  options?: FamilyOptions,
): Family<'histogram', Labels> {
  return { type: 'histogram', unit: buckets === 'SLACK' ? 'ratio' : 'seconds', buckets, labels, help, ...options };
}
