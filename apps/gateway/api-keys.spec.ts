import { expect, it } from 'vitest';
import { keyCheck } from './api-keys.ts';

const label = keyCheck([
  { label: 'a', key: 'first' },
  { label: 'b', key: 'second' },
]);

it('knows whose key it is, with and without Bearer', () => {
  expect(['Bearer first', 'bearer  second', 'second', ' first '].map(label)).toEqual(['a', 'b', 'b', 'a']);
});

it.each([undefined, '', 'Bearer', 'Bearer ', 'Bearer firs', 'first second', 'Basic first'])('refuses %s', (header) => {
  expect(label(header)).toBeUndefined();
});

it('lets everybody in when no key is configured', () => {
  expect(keyCheck([])(undefined)).toBe('');
});
