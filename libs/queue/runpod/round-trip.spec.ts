import { expect, it } from 'vitest';
import { RoundTrip } from './round-trip.ts';

it('is the median of the last answers, never more than a second', () => {
  const roundTrip = new RoundTrip();
  expect(roundTrip.ms).toBe(0);
  for (const ms of [80, 20_000, 82, 79, 81]) roundTrip.add(ms);
  expect(roundTrip.ms).toBe(81);
  for (let count = 0; count < 40; count += 1) roundTrip.add(25_000);
  expect(roundTrip.ms).toBe(1000);
});
