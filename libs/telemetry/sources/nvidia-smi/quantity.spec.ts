import { describe, expect, it } from 'vitest';
import { parseQuantity, type SmiUnit } from './quantity.ts';

describe('a quantity', () => {
  it.each<[string, SmiUnit, number]>([
    ['45 %', '%', 0.45],
    ['0 %', '%', 0],
    ['100 %', '%', 1],
    ['81920 MiB', 'MiB', 85_899_345_920],
    ['67.03 W', 'W', 67.03],
    ['1410 MHz', 'MHz', 1.41e9],
    ['0 us', 'us', 0],
    ['91403239 us', 'us', 91.403239],
    ['34 C', 'C', 34],
    ['-2 C', 'C', -2],
    ['12', '', 12],
  ])('%s becomes a number in our unit', (text, unit, value) => {
    expect(parseQuantity(text, unit, 'group/element')).toEqual({ value });
  });

  it.each([
    ['N/A', 'not-supported'],
    ['[N/A]', 'not-supported'],
    ['[Not Supported]', 'not-supported'],
    ['None', 'not-supported'],
    ['', 'not-supported'],
    [' \n\t', 'not-supported'],
    ['Requested functionality has been deprecated', 'deprecated'],
    ['[Requested functionality has been deprecated]', 'deprecated'],
    ['[Insufficient Permissions]', 'no-permission'],
    ['[Unknown Error]', 'lost'],
    ['[Out of cheese]', 'failed'],
    ['[GPU requires reset]', 'lost'],
    ['ERR!', 'lost'],
  ])('"%s" is no number, because: %s', (text, why) => {
    expect(parseQuantity(text, '%', 'group/element')).toEqual({ why });
  });

  it.each<[string, SmiUnit]>([
    ['45', '%'],
    ['45%', '%'],
    ['0.08 GiB', 'MiB'],
    ['67,03 W', 'W'],
    ['67030 mW', 'W'],
    ['1.4 GHz', 'MHz'],
    ['93 F', 'C'],
    ['12 W', ''],
    ['0x1f', ''],
    ['NaN', ''],
  ])('"%s" is not guessed at', (text, unit) => {
    expect(() => parseQuantity(text, unit, 'group/element')).toThrow(
      expect.objectContaining({
        failure: expect.objectContaining({
          result: 'parse',
          message: expect.stringContaining(`group/element is "${text}"`),
        }),
      }),
    );
  });
});
