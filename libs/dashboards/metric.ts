import type { FamilyName } from '#libs/observability';

/** A family's name as Prometheus has it: a rename in the catalogue is a type error here, not a dead panel. */
export function metric(family: FamilyName, part: '' | '_bucket' | '_sum' | '_count' = ''): string {
  return `flyball_${family}${part}`;
}
