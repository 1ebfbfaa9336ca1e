import { expect, it } from 'vitest';
import { newTraceparent, validTraceparent } from './traceparent.ts';

const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

it('takes a valid W3C trace context', () => {
  expect(validTraceparent(valid)).toBe(valid);
});

it.each([
  undefined,
  '',
  valid.toUpperCase(),
  `${valid}-x`,
  valid.replace('00-', 'ff-'),
  '00-00000000000000000000000000000000-b7ad6b7169203331-01',
  '00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01',
  "00-x';drop",
])('drops %s', (header) => {
  expect(validTraceparent(header)).toBeUndefined();
});

it('makes valid ones', () => {
  expect(validTraceparent(newTraceparent(new Uint8Array(24).fill(171)))).toBeDefined();
});
