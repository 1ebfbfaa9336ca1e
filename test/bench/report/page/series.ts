import { ranked } from '../ranked.ts';
import type { BenchResults, SubjectKind } from '../results.ts';

/** A subject as it is drawn: the same in every chart of a page. */
export interface Series {
  readonly subject: string;
  readonly kind: SubjectKind;
  /** Class of all that is drawn for it. */
  readonly id: string;
  /** A colour of the style sheet, 0..9. */
  readonly colour: number;
  /** Whether it is seen before anybody chooses. */
  readonly shown: boolean;
}

const colours = 10;

/** Ours first; of the others only the best of each kind are shown at first, or nothing could be read. */
export function seriesOf(results: BenchResults): readonly Series[] {
  const drawn = new Set(results.scenarios.flatMap(({ curves }) => curves?.map(({ subject }) => subject) ?? []));
  const subjects = ranked(results).filter(({ name }) => results.suite === 'family' || drawn.has(name));
  const isOurs = (kind: SubjectKind): boolean => kind === 'ours' || kind === 'candidate';
  const ordered = [...subjects.filter(({ kind }) => isOurs(kind)), ...subjects.filter(({ kind }) => !isOurs(kind))];
  return ordered.map(({ name, kind }, index) => ({
    subject: name,
    kind,
    id: `s${index}`,
    colour: index % colours,
    shown: isOurs(kind) || (kind !== 'fixed' && ordered.find((each) => each.kind === kind)?.name === name),
  }));
}
