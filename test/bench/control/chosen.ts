import { FlyballError } from '#libs/core';
import type { Subject } from './subject.ts';

/**
 * Who is meant by `--only`: a subject's name, a law (all its forms), or a kind.
 * @throws {FlyballError} BAD_ARGUMENT for a word that means nobody
 */
export function chosen(subjects: readonly Subject[], only: readonly string[] | undefined): readonly Subject[] {
  if (only === undefined) return subjects;
  const means = (word: string, { name, law, kind }: Subject): boolean => [name, law, kind].includes(word);
  const nobody = only.find((word) => !subjects.some((subject) => means(word, subject)));
  if (nobody !== undefined) {
    const laws = [...new Set(subjects.map(({ law }) => law))].join(', ');
    throw new FlyballError('BAD_ARGUMENT', `--only: nobody is called "${nobody}" in this suite. Laws: ${laws}.`);
  }
  return subjects.filter((subject) => only.some((word) => means(word, subject)));
}
