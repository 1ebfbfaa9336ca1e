/** Twice the longest period that can be set. */
const longMs = 120_000;

/**
 * Says that a decision was no longer in force at a moment (ms since 1970): a worker decides every period, so one that had
 * not decided for minutes was not running, or could not.
 */
export function gapNote(decidedAt: string, moment: number): string | undefined {
  const gap = moment - Date.parse(decidedAt);
  if (gap <= longMs) return undefined;
  const minutes = Math.floor(gap / 60_000);
  return `The last decision before that moment is of ${decidedAt}, ${minutes} min earlier: no worker decided in between.`;
}
