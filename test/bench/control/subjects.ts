import { fixedSubject, ourSubjects, type Subject } from './subject.ts';

/** Everybody who takes part, by name. */
export const subjects: readonly Subject[] = [...ourSubjects];

const unguarded = ' unguarded';

/** @throws {RangeError} for a name that nobody has */
export function subjectOf(name: string): Subject {
  const [, limit, guard] = /^fixed (\d+)( \+ guard)?$/.exec(name) ?? [];
  if (limit !== undefined) return fixedSubject(Number(limit), guard !== undefined);
  const found = subjects.find((subject) => subject.name === name.replace(unguarded, ''));
  if (found === undefined)
    throw new RangeError(`no subject "${name}"; known: ${subjects.map((each) => each.name).join(', ')}`);
  return name.endsWith(unguarded) ? { ...found, name, guard: false } : found;
}
