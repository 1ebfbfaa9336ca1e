import { expect, it } from 'vitest';
import { LastWords } from './last-words.ts';

it('is the last line that is no frame of a stack', () => {
  expect(lastOf('one\nTypeError: no\n    at f (file.ts:1:2)\n\nNode.js v24.1.0\n')).toBe('TypeError: no');
  const fatal = 'FATAL ERROR: Reached heap limit\n----- Native stack trace -----\n 1: 0xaa node::Abort\n';
  expect(lastOf(fatal)).toBe('FATAL ERROR: Reached heap limit');
});

it('is at most 300 characters, and nothing when nothing was said', () => {
  expect(lastOf('x'.repeat(400))).toHaveLength(300);
  expect(lastOf('\n  \n')).toBeUndefined();
});

function lastOf(text: string): string | undefined {
  const words = new LastWords();
  for (const line of text.split('\n')) words.hear(line);
  return words.text;
}
