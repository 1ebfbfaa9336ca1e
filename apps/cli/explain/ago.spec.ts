import { expect, it } from 'vitest';
import { ago } from './ago.ts';

const at = '2026-09-21T12:00:00.000Z';

it.each([
  [-3, '0 s ago'],
  [0.4, '0 s ago'],
  [42, '42 s ago'],
  [12 * 60, '12 min ago'],
  [5 * 3600, '5 h ago'],
  [3 * 86_400, '3 days ago'],
])('%s s are %s', (seconds, words) => {
  expect(ago(at, Date.parse(at) + 1000 * seconds)).toBe(words);
});
