import { expect, it } from 'vitest';
import { Lines } from './lines.ts';

it('cuts a stream into lines, wherever the pieces end', () => {
  expect(linesOf(['on', 'e\ntw', 'o\n\nthree'])).toEqual(['one', 'two', '', 'three']);
});

it('puts a character together that came in two pieces', () => {
  const bytes = Buffer.from('25 °C\n');
  expect(linesOf([bytes.subarray(0, 4), bytes.subarray(4)])).toEqual(['25 °C']);
});

it('keeps one character more than the limit, so that a line of the limit can be told from a longer one', () => {
  expect(linesOf(['12345\n123456\n12345678\n', '12345', '678\n'])).toEqual(['12345', '123456', '123456', '123456']);
});

it('says that a line is too long before it has ended', () => {
  const lines = new Lines(5, () => undefined);
  lines.push(Buffer.from('12345'));
  expect(lines.overflows).toBe(false);
  lines.push(Buffer.from('6'));
  expect(lines.overflows).toBe(true);
  lines.push(Buffer.from('7\n'));
  expect(lines.overflows).toBe(false);
});

function linesOf(pieces: readonly (string | Buffer)[]): readonly string[] {
  const found: string[] = [];
  const lines = new Lines(5, (line) => found.push(line));
  for (const piece of pieces) lines.push(Buffer.from(piece));
  lines.end();
  return found;
}
