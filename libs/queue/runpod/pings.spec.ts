import { expect, it } from 'vitest';
import { fitting } from './pings.ts';

it('lists every job, encoded', () => {
  expect(fitting(['a', 'b c'])).toEqual({ ids: ['a', 'b%20c'], left: 0 });
});

it('lists 1,600 ids of the usual length, and says how many more found no place', () => {
  const id = (index: number): string => `${String(index).padStart(36, '0')}-u1`;
  const held = Array.from({ length: 2000 }, (_, index) => id(index));
  const { ids, left } = fitting(held);
  expect(ids.length).toBeGreaterThan(1600);
  expect(ids.length + left).toBe(2000);
  expect(ids.join(',').length).toBeLessThanOrEqual(65_535);
  expect(ids.join(',').length).toBeGreaterThan(65_000);
});
