import { builtInStrategies, signalOf } from '#libs/strategies';
import { expect, it } from 'vitest';
import { chooseSignal, signalTerm, signals } from './signals.ts';

it('names the signal in terms, and reads it back', () => {
  for (const signal of signals) expect(signalOf({ late: 0.1, ...signalTerm(signal) })).toBe(signal);
  expect(signalOf(undefined)).toBeUndefined();
  expect(signalOf({ late: 0.1 })).toBeUndefined();
});

it('chooses by itself: deadlines, else devices, else throughput', () => {
  const utilization = { value: 0.5, fresh: true, takenAt: 1000, elapsed: 0, stale: false };
  expect(chooseSignal('auto', 'slack', { utilization })).toBe('slack');
  expect(chooseSignal('auto', undefined, { utilization })).toBe('gpu');
  expect(chooseSignal('auto', undefined, {})).toBe('plateau');
  expect(chooseSignal('gpu-memory', 'slack', {})).toBe('gpu-memory');
});

it('has six strategies, each with a name and a line for people who choose', () => {
  expect(builtInStrategies.map(({ name }) => name)).toEqual([
    'aimd',
    'fixed',
    'goodput',
    'handler',
    'pid',
    'threshold',
  ]);
  expect(builtInStrategies.every(({ summary }) => summary.length > 20)).toBe(true);
});
