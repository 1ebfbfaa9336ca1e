import { families, type FamilyName } from '#libs/observability';
import { metric } from '../metric.ts';

export type LabelOf<Name extends FamilyName> = keyof (typeof families)[Name]['labels'] & string;
/** Operator and value by label: `{ status: '="failed"' }`. */
export type Matchers<Name extends FamilyName> = { readonly [Label in LabelOf<Name> | 'le']?: string };
export type Part = Parameters<typeof metric>[1];

/** The series of a family that the dashboard's variables choose. */
export function series<Name extends FamilyName>(family: Name, matchers: Matchers<Name> = {}, part: Part = ''): string {
  const own = Object.entries(matchers).map(([label, match]) => `${label}${match}`);
  return `${metric(family, part)}{${[chosenProcesses, ...chosenBy(family), ...own].join(', ')}}`;
}

/** Matches every process that the variables `job` and `instance` choose. */
export const chosenProcesses = 'job=~"$job", instance=~"$instance"';

/** Matches the recorded series of every queue chosen: they know no single process. */
export const chosenRelease = 'queue=~"$queue"';

function chosenBy(family: FamilyName): readonly string[] {
  const { labels } = families[family];
  return ['queue', 'gpu'].filter((label) => label in labels).map((label) => `${label}=~"$${label}"`);
}
