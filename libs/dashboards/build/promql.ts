import type { FamilyName } from '#libs/observability';
import { series, type Matchers } from './selector.ts';

/** Per second, summed over the labels that are not named. */
export function rateBy<Name extends FamilyName>(labels: string, family: Name, matchers: Matchers<Name> = {}): string {
  return `sum by (${labels}) (rate(${series(family, matchers)}[$__rate_interval]))`;
}

/** How often in the interval between two points, summed over the labels that are not named. */
export function increaseBy<Name extends FamilyName>(
  labels: string,
  family: Name,
  matchers: Matchers<Name> = {},
): string {
  return `sum by (${labels}) (increase(${series(family, matchers)}[$__rate_interval]))`;
}

/**
 * How often in the window in which an alert, or a sign of the runbook, counts: its mark is then the red line. What is rare
 * is seen for as long as it matters, and a range wider than the window leaves out what came between two points.
 */
export function countedBy<Name extends FamilyName>(
  labels: string,
  family: Name,
  window: '10m' | '15m',
  matchers: Matchers<Name> = {},
): string {
  return `sum by (${labels}) (increase(${series(family, matchers)}[${window}]))`;
}

/** Observations of a histogram per second. */
export function observedBy(labels: string, family: FamilyName, le?: string): string {
  const part = le === undefined ? '_count' : '_bucket';
  const matchers: Matchers<FamilyName> = le === undefined ? {} : { le };
  return `sum by (${labels}) (rate(${series(family, matchers, part)}[$__rate_interval]))`;
}

export function quantileBy<Name extends FamilyName>(
  quantile: number,
  labels: string,
  family: Name,
  matchers: Matchers<Name> = {},
): string {
  const buckets = `rate(${series(family, matchers, '_bucket')}[$__rate_interval])`;
  return `histogram_quantile(${quantile}, sum by (le, ${labels}) (${buckets}))`;
}

/** The bucket up to 1: Prometheus 2 stores its edge as written, Prometheus 3 as `1.0`. */
export const upToOne = '=~"1(\\\\.0)?"';
