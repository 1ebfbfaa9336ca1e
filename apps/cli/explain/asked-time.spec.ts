import { expect, it } from 'vitest';
import { BadArgument } from '../controller-client.ts';
import { askedTime } from './asked-time.ts';

const now = new Date(2026, 8, 21, 14, 30).getTime();

it.each([
  ['14:03', new Date(2026, 8, 21, 14, 3).getTime()],
  ['9:03:20', new Date(2026, 8, 21, 9, 3, 20).getTime()],
  ['23:50', new Date(2026, 8, 20, 23, 50).getTime()],
  ['5m', now - 300_000],
  ['90s', now - 90_000],
  ['2026-09-01T14:03:20Z', Date.UTC(2026, 8, 1, 14, 3, 20)],
  ['2026-09-01T14:03', new Date(2026, 8, 1, 14, 3).getTime()],
])('%s is a moment', (text, moment) => {
  expect(askedTime(text, now)).toBe(moment);
});

it.each(['', 'yesterday', '25:00', '14:61', '5', '-5m', '2026-99-99', '2027-01-01'])('"%s" is refused', (text) => {
  expect(() => askedTime(text, now)).toThrow(BadArgument);
});

it('says whose clock a time of day is of', () => {
  expect(() => askedTime('yesterday', now)).toThrow(/14:03 \(of this machine's clock, UTC([+-]\d\d:\d\d)?\)/);
});
