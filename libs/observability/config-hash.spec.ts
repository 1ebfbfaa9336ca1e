import { expect, it } from 'vitest';
import { configHash } from './config-hash.ts';

it('is equal for equal configurations, whatever the order of their keys', () => {
  expect(configHash({ a: 1, b: { c: [1, 2], d: 'x' } })).toBe(configHash({ b: { d: 'x', c: [1, 2] }, a: 1 }));
});

it('is eight hex digits that another value changes', () => {
  expect(configHash({ a: 1 })).toMatch(/^[0-9a-f]{8}$/);
  expect(configHash({ a: 1 })).not.toBe(configHash({ a: 2 }));
  expect(configHash({ a: [1, 2] })).not.toBe(configHash({ a: [2, 1] }));
  expect(configHash(undefined)).toMatch(/^[0-9a-f]{8}$/);
});
