import type { FamilyName } from '#libs/observability';
import { matchersOf, matching } from './matchers.ts';
import { metric } from './metric.ts';

/** The labels that scraping gives to every series of the worker in the alerts' tests. */
export const target = { namespace: 'prod', release: 'ocr', job: 'flyball', instance: 'w1:8080' } as const;
/** Of that worker and its queue. */
export const worker = { ...target, queue: 'local' } as const;
/** What is left of it in a sum over the workers of a queue. */
export const ofQueue = { namespace: 'prod', release: 'ocr', queue: 'local' } as const;
/** What is left of it in a sum over a worker. */
export const ofInstance = { job: 'flyball', instance: 'w1:8080' } as const;

type Labels = Readonly<Record<string, string>>;

/** `flyball_x{job="…"}` of the worker with the labels added, as a key of a test's series. */
export function of(family: FamilyName, labels: Labels = {}, part: '' | '_bucket' | '_count' = ''): string {
  return selector(metric(family, part), { ...target, ...labels });
}

/** `name{a="x",b="y"}` */
export function selector(name: string, labels: Labels): string {
  return matching(name, matchersOf(labels));
}
