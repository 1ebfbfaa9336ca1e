import { microseconds, type MissingReading, type Observation, type Reading, type WhyMissing } from '#libs/core';

/** One number for all devices, and when the oldest reading behind it was taken. */
export interface Level {
  readonly value: number;
  readonly takenAt: number;
}

/** `gone`: not there now, or not of every device; `never`: the devices do not tell it, so there is no waiting for it. */
export type Told = Level | 'gone' | 'never';

/** Mean over the devices. */
export function meanUtilization(observation: Observation): Told {
  const found = observation.readings.filter(({ name }) => name === 'gpu.utilization');
  const sum = found.reduce((total, { value }) => total + value, 0);
  return told(observation, ['gpu.utilization'], found, sum / found.length);
}

/** Used over total, of the fullest device or GPU instance. */
export function fullestMemory(observation: Observation): Told {
  const { readings } = observation;
  const used = readings.filter((reading) => isUsed(reading) && totalOf(reading, readings) > 0);
  const fullest = Math.max(...used.map((reading) => reading.value / totalOf(reading, readings)));
  return told(observation, memoryNames, used, fullest);
}

const memoryNames = ['gpu.memory.used', 'gpu.memory.total', 'gpu.mig.memory.used', 'gpu.mig.memory.total'];

function isUsed({ name }: Reading): boolean {
  return name === 'gpu.memory.used' || name === 'gpu.mig.memory.used';
}

/** 0 where it is not told. */
function totalOf({ name, gpu, instance }: Reading, readings: readonly Reading[]): number {
  const wanted = name.replace(/used$/, 'total');
  const total = readings.find((other) => other.name === wanted && other.gpu === gpu && other.instance === instance);
  return total?.value ?? 0;
}

function told({ t, missing }: Observation, names: readonly string[], found: readonly Reading[], value: number): Told {
  const absent = missing.filter(({ name }) => names.includes(name));
  // Without one of several devices a mean, or a maximum, would be about something else.
  if (found.length > 0 && !absent.some(isOfDevice)) {
    return { value, takenAt: microseconds(t - Math.max(...found.map(({ age }) => age))) };
  }
  return absent.length > 0 && absent.every(({ why }) => neverComes(why)) ? 'never' : 'gone';
}

/** A device that told it and does not now, or that is about to. */
function isOfDevice({ gpu, why }: MissingReading): boolean {
  return gpu !== undefined && !neverComes(why);
}

function neverComes(why: WhyMissing): boolean {
  switch (why) {
    case 'mig':
    case 'not-supported':
    case 'no-permission':
    case 'deprecated':
    case 'not-exported':
    case 'shared':
      return true;
    case 'lost':
    case 'warming-up':
    case 'stale':
    case 'rejected':
    case 'failed':
      return false;
  }
}
