import type { dashboardUids } from './links.ts';

/** Pages go to a person, warnings to a channel, tickets to a list. */
export const severities = ['page', 'warning', 'ticket'] as const;

export interface Alert {
  readonly name: `Flyball${string}`;
  readonly severity: (typeof severities)[number];
  /** How long it must hold; absent: it fires at once. */
  readonly for?: string;
  /** PromQL. */
  readonly expression: string;
  /** One line. It may name labels, `{{ $labels.queue }}`, and the value, `{{ $value | humanizePercentage }}`. */
  readonly summary: string;
  /** What it means for somebody who never saw it. */
  readonly meaning: string;
  /** The first command to type. */
  readonly first: string;
  readonly dashboard: keyof typeof dashboardUids;
  readonly fires: NonEmpty<FiringCase>;
  /** The nearest innocent cases. */
  readonly quiet: NonEmpty<QuietCase>;
}

/** What Prometheus has seen, in the notation of promtool's tests: series → values, one each `every`. */
export interface AlertCase {
  /** A claim: 'the controller hangs'. */
  readonly about: string;
  readonly series: Readonly<Record<string, string>>;
  /** Default 1m. */
  readonly every?: string;
  /** When it is looked at, from the first value on. */
  readonly at: string;
}

export interface FiringCase extends AlertCase {
  /** All that the alert carries besides its severity. */
  readonly labels: Readonly<Record<string, string>>;
  /** What `$value` in the summary comes to, as a reader sees it. */
  readonly value?: string;
}

export interface QuietCase extends AlertCase {
  /** What keeps it quiet: a part of the expression (`instead`: what a careless rule has there), or `for`. Without it, it would fire. */
  readonly thanksTo: 'for' | { readonly part: string; readonly instead?: string };
}

type NonEmpty<Item> = readonly [Item, ...Item[]];
