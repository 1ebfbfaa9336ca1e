import { closest, distance } from 'fastest-levenshtein';

/** ` Did you mean S1?`, or nothing where no known word is near. */
export function didYouMean(given: string, known: readonly string[]): string {
  if (known.length === 0) return '';
  const same = known.find((word) => word.toLowerCase() === given.toLowerCase());
  const found = same ?? closest(given, known);
  const near = same !== undefined || distance(given, found) <= Math.max(1, Math.floor(given.length / 3));
  return near ? ` Did you mean ${found}?` : '';
}
