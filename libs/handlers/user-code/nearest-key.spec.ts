import { expect, it } from 'vitest';
import { handlerObjectKeys } from './handler-object.ts';
import { nearestKey } from './nearest-key.ts';

it.each([
  ['handlr', 'handler'],
  ['maxConcurrency', 'concurrencyModifier'],
  ['return_aggregate_stream', 'returnAggregateStream'],
  ['refresh', 'refreshWorker'],
])('finds the key meant by %s', (given, meant) => {
  expect(nearestKey(given, handlerObjectKeys)).toBe(meant);
});
