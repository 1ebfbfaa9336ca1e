/** An expression of PromQL as data: what the rules of the dashboards are about, and no more. */
export type Expression =
  Selector | Over | Call | Aggregation | Binary | { readonly kind: 'number'; readonly value: number };

export interface Selector {
  readonly kind: 'selector';
  readonly metric: string;
  readonly matchers: readonly Matcher[];
}

export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** `body[range]`, `body[range:step]` */
export interface Over {
  readonly kind: 'over';
  readonly body: Expression;
  /** As written: `5m`, `$__rate_interval`. */
  readonly range: string;
}

export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly parts: readonly Expression[];
}

export interface Aggregation {
  readonly kind: 'aggregation';
  readonly name: string;
  /** Absent: all labels go. */
  readonly grouping?: { readonly kind: 'by' | 'without'; readonly labels: readonly string[] };
  readonly parts: readonly Expression[];
}

export interface Binary {
  readonly kind: 'binary';
  readonly operator: string;
  /** 0 or 1 instead of a filter. */
  readonly bool: boolean;
  readonly left: Expression;
  readonly right: Expression;
  readonly matching?: Matching;
}

export interface Matching {
  readonly kind: 'on' | 'ignoring';
  readonly labels: readonly string[];
  readonly group?: 'group_left' | 'group_right';
  /** Labels that the group takes over from the other side. */
  readonly included: readonly string[];
}
