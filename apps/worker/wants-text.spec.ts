import { expect, it } from 'vitest';
import { wantsText } from './wants-text.ts';

it.each([
  'text/plain',
  'TEXT/PLAIN;q=0.9, */*;q=0.1',
  'text/plain, application/json',
  'application/json;q=0.5, text/plain',
])('"%s" asks for text', (accept) => {
  expect(wantsText(accept)).toBe(true);
});

it.each([
  '',
  '*/*',
  'application/json',
  'text/plain;q=0.5, application/json',
  'text/plain;q=0',
  'application/json, text/plain',
])('"%s" asks for JSON', (accept) => {
  expect(wantsText(accept)).toBe(false);
});
