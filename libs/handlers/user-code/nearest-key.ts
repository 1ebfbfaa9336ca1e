/** The known key that shares most pairs of letters with the given one (Dice's coefficient). */
export function nearestKey(given: string, known: readonly string[]): string {
  const scored = known.map((key) => ({ key, score: similarity(given.toLowerCase(), key.toLowerCase()) }));
  return scored.reduce((best, next) => (next.score > best.score ? next : best)).key;
}

function similarity(a: string, b: string): number {
  const [pairsOfA, pairsOfB] = [pairs(a), pairs(b)];
  const shared = pairsOfA.filter((pair) => pairsOfB.includes(pair)).length;
  return (2 * shared) / (pairsOfA.length + pairsOfB.length);
}

function pairs(text: string): readonly string[] {
  return Array.from({ length: Math.max(1, text.length - 1) }, (_, index) => text.slice(index, index + 2));
}
