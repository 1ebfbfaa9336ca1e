import { microseconds, sixDigits } from '#libs/core';
import { expect, it } from 'vitest';

it('keeps six significant digits at any magnitude', () => {
  expect([1234567, 123.4567891, 0.000123456789, -98765.4321, 1e21, 0].map(sixDigits)).toEqual([
    1234570, 123.457, 0.000123457, -98765.4, 1e21, 0,
  ]);
});

it('changes nothing the second time, so that a record reads back as it was written', () => {
  for (const value of [1 / 3, 2e9 / 3, 1e-9 / 7, 123456.5, Math.PI * 1e12]) {
    const once = sixDigits(value);
    expect(sixDigits(once)).toBe(once);
    expect(JSON.parse(JSON.stringify(once))).toBe(once);
  }
});

it('keeps times to the microsecond also after weeks', () => {
  expect(microseconds(2_000_000_000.1234567)).toBe(2_000_000_000.123);
});
