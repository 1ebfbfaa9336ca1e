import { expect, it } from 'vitest';
import { whyBlank } from './blank.ts';

it.each([
  [0, undefined],
  [2_147_483_631, undefined],
  [2_147_483_632, 'not-supported'],
  [2_147_483_635, 'no-permission'],
  [2_147_483_647, 'not-supported'],
  [2_147_483_648, undefined],
  [140_737_488_355_327, undefined],
  [140_737_488_355_328, 'not-supported'],
  [140_737_488_355_331, 'no-permission'],
  [140_737_488_355_343, 'not-supported'],
  [140_737_488_355_344, undefined],
  [9.1e18, undefined],
  [Number('9223372036854775794'), 'not-supported'],
  [Number.NaN, 'not-supported'],
  [Number.POSITIVE_INFINITY, 'not-supported'],
])('takes %d for blank: %s', (value, why) => {
  expect(whyBlank(value)).toBe(why);
});
