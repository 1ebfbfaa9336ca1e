import { sourceKinds } from '#libs/core';
import { mostOpenValues, type Family, type LabelValues } from './family.ts';

export type Labels = Readonly<Record<string, string>>;

/**
 * Keeps the labels of a family inside their sets: a stranger becomes `other` and is told to `overflowed`, so that no
 * user's word can multiply series. Labels that fit are handed back as they are.
 */
export function closedLabels(family: Family, overflowed: () => void): (labels: Labels) => Labels {
  const checks = Object.entries(family.labels)
    .filter(([, values]) => values !== 'queue')
    .map(([label, values]) => [label, acceptedBy(values)] as const);
  return (labels) => {
    let closed = labels;
    for (const [label, accepts] of checks) {
      if (accepts(labels[label])) continue;
      closed = { ...closed, [label]: 'other' };
      overflowed();
    }
    return closed;
  };
}

type Accepts = (value: string | undefined) => boolean;

function acceptedBy(values: LabelValues): Accepts {
  if (values === 'source') return listed(sourceKinds);
  return typeof values === 'string' ? firstSeen() : listed(values);
}

function listed(values: readonly string[]): Accepts {
  const known: ReadonlySet<string | undefined> = new Set(values);
  return (value) => known.has(value);
}

function firstSeen(): Accepts {
  const seen = new Set<string>();
  return (value) => {
    if (value === undefined || value.length > 128) return false;
    if (seen.has(value)) return true;
    if (seen.size === mostOpenValues) return false;
    seen.add(value);
    return true;
  };
}
