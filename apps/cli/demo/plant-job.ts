import type { PlantJob } from '#libs/simulation';

/** Reads a job's input as work for the plant (ms, bytes); undefined when it is not. */
export function plantJobOf(input: unknown): PlantJob | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const numbers: Readonly<Record<string, unknown>> = { ...input };
  const { work, speedFactor, memoryStart, memoryEnd } = numbers;
  if (!isPositive(work) || !isPositive(speedFactor) || !isPositive(memoryStart) || !isPositive(memoryEnd)) {
    return undefined;
  }
  return { work, speedFactor, memoryStart, memoryEnd };
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && value > 0 && Number.isFinite(value);
}
