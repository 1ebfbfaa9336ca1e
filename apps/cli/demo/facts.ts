import type { DecisionRecord } from '#libs/core';

export function gpuReading(record: DecisionRecord, name: string): number | undefined {
  return record.observation.readings.find((reading) => reading.name === name)?.value;
}

/** Deadline of the jobs done in this period, ms; all jobs of an act have the same. */
export function deadlineOf(record: DecisionRecord): number | undefined {
  return record.observation.samples[0]?.[3] ?? undefined;
}
