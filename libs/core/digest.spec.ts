import { expect, it } from 'vitest';
import { digestOf } from './digest.ts';

it('is sixteen hex digits that change with any character', () => {
  const text = '{"v":1,"seq":12}';
  const altered = Array.from(text, (_, index) => digestOf(`${text.slice(0, index)}~${text.slice(index + 1)}`));
  expect(new Set([digestOf(text), ...altered]).size).toBe(text.length + 1);
  for (const digest of altered) expect(digest).toMatch(/^[0-9a-f]{16}$/);
});
