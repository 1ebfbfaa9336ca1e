import type { Decision } from '#libs/core';
import type { GpuView } from './gpu.ts';

/** What a law can listen to. `gpu` is utilisation and memory together. */
export const signals = [
  'deadline-misses',
  'slack',
  'gpu',
  'gpu-utilization',
  'gpu-memory',
  'queue-depth',
  'queue-wait',
  'plateau',
] as const;
export type Signal = (typeof signals)[number];

const termOf: Readonly<Record<Signal, string>> = {
  'deadline-misses': 'signalDeadlineMisses',
  slack: 'signalSlack',
  gpu: 'signalGpu',
  'gpu-utilization': 'signalGpuUtilization',
  'gpu-memory': 'signalGpuMemory',
  'queue-depth': 'signalQueueDepth',
  'queue-wait': 'signalQueueWait',
  plateau: 'signalPlateau',
};

const terms = new Map(signals.map((signal) => [signal, { [termOf[signal]]: 1 }]));

/** Terms are numbers, so a decision names its signal by a key of value 1: `{ signalSlack: 1 }`. */
export function signalTerm(signal: Signal): Readonly<Record<string, number>> {
  return terms.get(signal) ?? {};
}

/** The signal that a decision listened to; undefined for one that listens to none. */
export function signalOf(terms: Decision['terms']): Signal | undefined {
  return terms && signals.find((signal) => terms[termOf[signal]] === 1);
}

/** `auto`: the deadline signal once a deadline is known, else the devices once one reports, else the plateau rule. */
export function chooseSignal(chosen: Signal | 'auto', deadlineSignal: Signal | undefined, view: GpuView): Signal {
  if (chosen !== 'auto') return chosen;
  if (deadlineSignal !== undefined) return deadlineSignal;
  return view.utilization !== undefined || view.memory !== undefined ? 'gpu' : 'plateau';
}
