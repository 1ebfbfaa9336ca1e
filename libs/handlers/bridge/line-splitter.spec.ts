import { expect, it } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

function split(limit: number, ...parts: readonly Buffer[]): readonly string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter(limit, (line) => lines.push(line));
  for (const part of parts) splitter.push(part);
  splitter.end();
  return lines;
}

it('joins a line whose characters were cut apart', () => {
  const bytes = Buffer.from('größer\n\nnext');
  expect(split(100, bytes.subarray(0, 3), bytes.subarray(3, 9), bytes.subarray(9))).toEqual(['größer', '', 'next']);
});

it('keeps the beginning of a line that is too long, and the next one whole', () => {
  expect(split(4, Buffer.from('abc'), Buffer.from('defgh\nxy\n'))).toEqual(['abcd', 'xy']);
});
