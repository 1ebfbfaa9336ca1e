import type { Decision } from '#libs/core';

/** Terms of value 1 name the signal that a law of ours goes by (`signalGpuMemory`); others may go by anything. */
const heardBy: Readonly<Record<string, readonly string[]>> = {
  signalGpu: ['gpu.utilization', 'gpu.memory.', 'gpu.mig.memory.'],
  signalGpuUtilization: ['gpu.utilization'],
  signalGpuMemory: ['gpu.memory.', 'gpu.mig.memory.'],
};

/** Whether the decision goes by this reading, as far as its terms tell. */
export function heard(reading: string, terms: Decision['terms'] = {}): boolean {
  const named = Object.entries(heardBy).find(([term]) => terms[term] === 1);
  const prefixes = named?.[1] ?? ['gpu.', 'backend.'];
  return prefixes.some((prefix) => reading.startsWith(prefix));
}

/** `deadline-misses`, for the term `signalDeadlineMisses`; undefined for a term that names no signal. */
export function signalOf(term: string): string | undefined {
  const [, name] = /^signal([A-Z].*)$/.exec(term) ?? [];
  return name?.replace(/[A-Z]/g, (letter, index) => (index === 0 ? '' : '-') + letter.toLowerCase());
}
