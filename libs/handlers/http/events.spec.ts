import { expect, it } from 'vitest';
import { dataReader, textReader, type EventReader } from './events.ts';

const stream = 'data: {"n":1}\n\n: comment\n\ndata: plain\ndata: text\n\ndata: [DONE]\n\n';

/** As it would come over a network that cuts anywhere. */
function readIn(parts: number, reader: EventReader, text: string): readonly unknown[] {
  const size = Math.ceil(text.length / parts);
  const pieces = Array.from({ length: parts }, (_, n) => text.slice(n * size, (n + 1) * size));
  return [...pieces.flatMap((piece) => reader.read(piece)), ...reader.rest()];
}

it.each([1, 3, stream.length])('reads the data of each event, cut into %d parts', (parts) => {
  expect(readIn(parts, dataReader(), stream)).toEqual([{ n: 1 }, 'plain\ntext']);
});

it.each([1, 3, stream.length])('passes each event on as its text, cut into %d parts', (parts) => {
  expect(readIn(parts, textReader(), stream)).toEqual([
    'data: {"n":1}\n\n',
    ': comment\n\n',
    'data: plain\ndata: text\n\n',
    'data: [DONE]\n\n',
  ]);
});

it('passes on what stands behind the last blank line', () => {
  expect(readIn(1, textReader(), 'data: 1\r\n\r\ndata: 2')).toEqual(['data: 1\r\n\r\n', 'data: 2']);
  expect(readIn(1, dataReader(), 'data: 1\n\ndata: 2')).toEqual([1, 2]);
});
