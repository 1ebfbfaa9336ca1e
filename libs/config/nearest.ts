import { closest, distance } from 'fastest-levenshtein';

/** The known name that was probably meant, if one is near enough to be worth a question. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const found = closest(given, known);
  return distance(given, found) <= Math.max(2, Math.floor(given.length / 3)) ? found : undefined;
}

/** ` Did you mean "pid"?`, or nothing. */
export function didYouMean(given: string, known: readonly string[]): string {
  const found = nearest(given, known);
  return found === undefined ? '' : ` Did you mean ${found}?`;
}
