import {
  readingUnits,
  type ReadingName,
  type Sample,
  type SampledMissing,
  type SampledReading,
  type Unit,
} from '#libs/core';

/**
 * Takes out numbers that cannot be (not finite, negative, a share above 1, more used than there is) and says which: drivers
 * do report such, and a law must not act on them. What is taken out is missing, `rejected`.
 */
export function plausible(told: Sample): { readonly sample: Sample; readonly rejected: readonly ReadingName[] } {
  const sample = told.readings.some(isHardlyMore) ? { ...told, readings: told.readings.map(atMostAll) } : told;
  const totals = new Map(
    sample.readings.flatMap((reading) => (reading.name in totalOf ? [] : [[keyOf(reading), reading.value] as const])),
  );
  const wrong = sample.readings.filter((reading) => !isPlausible(reading, totals));
  if (wrong.length === 0) return { sample, rejected: [] };
  const taken = new Set(wrong);
  return {
    sample: {
      ...sample,
      readings: sample.readings.filter((reading) => !taken.has(reading)),
      missing: [...sample.missing, ...wrong.map((reading) => rejectedOf(reading))],
    },
    rejected: wrong.map(({ name }) => name),
  };
}

/** A share made of two counters may come out a little above the whole. */
function isHardlyMore({ name, value }: SampledReading): boolean {
  return readingUnits[name] === 'ratio' && value > 1 && value <= 1.01;
}

function atMostAll(reading: SampledReading): SampledReading {
  return isHardlyMore(reading) ? { ...reading, value: 1 } : reading;
}

const totalOf: Readonly<Record<string, ReadingName>> = {
  'gpu.memory.used': 'gpu.memory.total',
  'gpu.mig.memory.used': 'gpu.mig.memory.total',
  'host.memory.used': 'host.memory.limit',
};

function keyOf(reading: SampledReading, name: ReadingName = reading.name): string {
  return `${name} ${reading.gpu ?? ''} ${reading.instance ?? ''}`;
}

function isPlausible(reading: SampledReading, totals: ReadonlyMap<string, number>): boolean {
  const { name, value } = reading;
  if (!Number.isFinite(value)) return false;
  const [least, most] = ranges[readingUnits[name]];
  if (value < least || value > most) return false;
  const total = totalOf[name];
  return total === undefined || value <= (totals.get(keyOf(reading, total)) ?? Infinity);
}

const ranges: Readonly<Record<Unit, readonly [least: number, most: number]>> = {
  ratio: [0, 1],
  bytes: [0, Infinity],
  watts: [0, Infinity],
  joules: [0, Infinity],
  // Below or above these it is a sensor's way to say no.
  celsius: [-50, 250],
  hertz: [0, Infinity],
  count: [0, Infinity],
  seconds: [0, Infinity],
  bits: [0, 0xffff],
};

function rejectedOf({ value: _value, ...which }: SampledReading): SampledMissing {
  return { ...which, why: 'rejected' };
}
