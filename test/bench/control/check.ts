import type { Section } from '../report/results.ts';

/** Something that is to hold; `holds` undefined: cannot be told here. */
export interface Check {
  readonly what: string;
  readonly expected: string;
  readonly found: string;
  readonly holds: boolean | undefined;
}

/** `wrong`: the word for what does not hold. */
export function checkSection(
  title: string,
  checks: readonly Check[],
  { notes = [], wrong = 'no' }: { readonly notes?: readonly string[]; readonly wrong?: string } = {},
): Section {
  const wordOf = (holds: boolean | undefined): string => (holds === undefined ? '–' : holds ? 'yes' : wrong);
  const rows = checks.map(({ what, expected, found, holds }) => [what, expected, found, wordOf(holds)]);
  return { title, table: { head: ['what', 'expected', 'found', 'holds'], rows }, notes };
}

export function atLeast(what: string, found: number | undefined, least: number): Check {
  return compared(what, found, { sign: '≥', bound: least, holds: (value) => value >= least });
}

export function atMost(what: string, found: number | undefined, most: number): Check {
  return compared(what, found, { sign: '≤', bound: most, holds: (value) => value <= most });
}

function compared(
  what: string,
  found: number | undefined,
  rule: { readonly sign: string; readonly bound: number; readonly holds: (value: number) => boolean },
): Check {
  return {
    what,
    expected: `${rule.sign} ${rule.bound}`,
    found: found === undefined ? '' : shown(found),
    holds: found === undefined ? undefined : rule.holds(found),
  };
}

export function shown(value: number): string {
  if (!Number.isFinite(value)) return 'never';
  return Number.isInteger(value) ? String(value) : value.toFixed(Math.abs(value) < 10 ? 3 : 1);
}
