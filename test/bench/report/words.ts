/** Columns that hold words; all others hold numbers. */
export function areWords(title: string): boolean {
  return ['law', 'kind', 'scenario', 'what', 'what it is', 'holds'].includes(title);
}
