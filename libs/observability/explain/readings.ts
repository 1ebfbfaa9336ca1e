import type { Reading } from '#libs/core';
import { age, share, short } from './units.ts';

/**
 * Readings as phrases, each with its source and its age: `gpu memory 0.91 (nvml, 0.4 s old)`. Of several devices memory is
 * that of the fullest, everything else the mean, and the age that of the oldest.
 */
export function readingPhrases(readings: readonly Reading[]): readonly string[] {
  const left = new Set(readings);
  const shares = pairs.flatMap(({ label, used, of }) => fullest(left, { label, used, of }) ?? []);
  const others = [...Map.groupBy(left, ({ name }) => name).values()].map(meanOf);
  return [...shares, ...others];
}

/** `gpu.memory.used` and `gpu.memory.total` are one thing to people. */
export function readingLabel(name: string): string {
  return pairs.find(({ used, of }) => name === used || name === of)?.label ?? name.replaceAll('.', ' ');
}

interface Pair {
  readonly label: string;
  readonly used: string;
  readonly of: string;
}

const pairs: readonly Pair[] = [
  { label: 'gpu memory', used: 'gpu.memory.used', of: 'gpu.memory.total' },
  { label: 'gpu instance memory', used: 'gpu.mig.memory.used', of: 'gpu.mig.memory.total' },
  { label: 'host memory', used: 'host.memory.used', of: 'host.memory.limit' },
];

/** Takes both of each pair out of `left`; undefined where no pair is whole. */
function fullest(left: Set<Reading>, { label, used, of }: Pair): string | undefined {
  const totals = [...left].filter(({ name }) => name === of);
  const shares = [...left].flatMap((part) => {
    const whole = totals.find(({ gpu, instance }) => gpu === part.gpu && instance === part.instance);
    if (part.name !== used || whole === undefined || whole.value <= 0) return [];
    left.delete(part);
    left.delete(whole);
    return { part, whole, value: part.value / whole.value };
  });
  const [first, ...rest] = shares.toSorted((one, other) => other.value - one.value);
  if (first === undefined) return undefined;
  const { part, whole, value } = first;
  const which = rest.length > 0 ? `fullest of ${shares.length}, ` : '';
  return `${label} ${share(value)} (${which}${part.source}, ${age(Math.max(part.age, whole.age))})`;
}

function meanOf(readings: readonly Reading[]): string {
  // Groups are never empty.
  const { name, unit, source } = readings[0]!;
  const value = readings.reduce((sum, reading) => sum + reading.value, 0) / readings.length;
  const which = readings.length > 1 ? `mean of ${readings.length}, ` : '';
  const oldest = Math.max(...readings.map((reading) => reading.age));
  const number = unit === 'ratio' ? share(value) : unit === 'bytes' ? `${(value / 1e9).toFixed(2)} GB` : short(value);
  return `${name.replaceAll('.', ' ')} ${number} (${which}${source}, ${age(oldest)})`;
}
