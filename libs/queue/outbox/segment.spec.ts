import { expect, it } from 'vitest';
import { encodeEnd, encodePut, scanSegment, type Put } from './segment.ts';

function aPut(seq: number, body: string): Put {
  return { seq, id: `job-${seq}`, at: 1000 + seq, meta: { url: 'http://x/' }, body: Buffer.from(body) };
}

const whole = Buffer.concat([
  ...encodePut(aPut(1, '{"output":"ö\n"}')),
  encodeEnd(1),
  ...encodePut(aPut(2, 'x'.repeat(300))),
]);

it('reads back what was written, in its order', () => {
  const { puts, ends, good } = scanSegment(whole);
  expect(puts.map(({ seq, id, at, meta }) => ({ seq, id, at, meta }))).toEqual([
    { seq: 1, id: 'job-1', at: 1001, meta: { url: 'http://x/' } },
    { seq: 2, id: 'job-2', at: 1002, meta: { url: 'http://x/' } },
  ]);
  expect(puts.map(({ offset, bytes }) => whole.toString('utf8', offset, offset + bytes))).toEqual([
    '{"output":"ö\n"}',
    'x'.repeat(300),
  ]);
  expect(ends).toEqual([1]);
  expect(good).toBe(whole.length);
});

it('keeps the whole records before one that was cut off, wherever it was cut', () => {
  const second = whole.length - encodePut(aPut(2, 'x'.repeat(300))).reduce((sum, part) => sum + part.length, 0);
  for (let length = second; length < whole.length; length += 1) {
    const { puts, good } = scanSegment(whole.subarray(0, length));
    expect(puts.map(({ seq }) => seq)).toEqual([1]);
    expect(good).toBe(second);
  }
});

it('does not believe a body that was changed', () => {
  const changed = Buffer.from(whole);
  changed[changed.length - 10] = 0x79;
  expect(scanSegment(changed).puts.map(({ seq }) => seq)).toEqual([1]);
});

it('finds nothing in an empty file and in one that is no outbox', () => {
  expect(scanSegment(Buffer.alloc(0))).toEqual({ puts: [], ends: [], good: 0 });
  expect(scanSegment(Buffer.from('hello\n{"put":1}\n'))).toEqual({ puts: [], ends: [], good: 0 });
});
