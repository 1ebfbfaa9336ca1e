import { whyWords, type MissingReading } from '#libs/core';
import { readingLabel } from './readings.ts';
import { age } from './units.ts';

/** What was not seen and why, alike ones together: `gpu utilization: not reported while MIG is on`. */
export function missingPhrases(missing: readonly MissingReading[]): readonly string[] {
  const byCause = Map.groupBy(missing, causeOf);
  return [...byCause].map(([cause, readings]) => {
    const labels = new Set(readings.map(({ name }) => readingLabel(name)));
    const devices = new Set(readings.map(({ gpu }) => gpu)).size;
    return `${[...labels].join(', ')}: ${cause}${devices > 1 ? ` (${devices} devices)` : ''}`;
  });
}

function causeOf(reading: MissingReading): string {
  const facts = [
    'age' in reading && typeof reading.age === 'number' ? age(reading.age) : [],
    'source' in reading && typeof reading.source === 'string' ? reading.source : [],
  ].flat();
  return `${whyWords[reading.why]}${facts.length > 0 ? ` (${facts.join(', ')})` : ''}`;
}
