import { expect, it } from 'vitest';
import { cooling, cut, grew, noCooldown, voted, type Cooldown } from './cooldown.ts';

it('keeps growth away for two service times and two votes after a cut', () => {
  const after = cut(noCooldown, 1000, 800);
  expect(cooling(voted(after), 5000)).toBe(true);
  expect(cooling(voted(voted(after)), 2599)).toBe(true);
  expect(cooling(voted(voted(after)), 2600)).toBe(false);
});

it('doubles when a growth is cut within three votes, to 32 times at most', () => {
  let cooldown: Cooldown = noCooldown;
  for (let turn = 0; turn < 8; turn += 1) cooldown = cut(voted(grew(cooldown)), 0, 100);
  expect(cooldown).toMatchObject({ factor: 32, until: 6400, votes: 64 });
});

it('is short again after a growth that lasted', () => {
  const flapped = cut(voted(grew(noCooldown)), 0, 100);
  expect(flapped.factor).toBe(2);
  expect(voted(voted(voted(voted(grew(flapped))))).factor).toBe(1);
});
