import { describe, expect, it } from 'vitest';
import { streamPart } from './stream-body.ts';

const start = { pieces: 0 };

it('wraps each yield into an object and says how far it got', () => {
  const chunks = [
    { seq: 4, data: 'a' },
    { seq: 5, data: { b: 1 } },
  ];
  expect(streamPart(chunks, start, 8)).toEqual({
    items: [{ output: 'a' }, { output: { b: 1 } }],
    given: { seq: 5, pieces: 0 },
    cut: false,
  });
});

it('stays where it was without chunks', () => {
  expect(streamPart([], { pieces: 2 }, 8)).toEqual({ items: [], given: { pieces: 2 }, cut: false });
});

describe('long texts', () => {
  const joined = (items: readonly { readonly output: unknown }[]) => items.map(({ output }) => output).join('');

  it.each([['a'], ['é'], ['漢'], ['😀'], ['a😀']])('of %s are split below 1 MB without parting a character', (unit) => {
    const text = unit.repeat(1_200_000);
    const { items } = streamPart([{ seq: 1, data: text }], start, 100);
    expect(items.length).toBeGreaterThan(1);
    for (const { output } of items) expect(Buffer.byteLength(String(output))).toBeLessThanOrEqual(1_000_000);
    expect(joined(items)).toBe(text);
  });

  it('of more than one answer are given in runs', () => {
    const text = 'x'.repeat(2_500_000);
    const chunks = [{ seq: 1, data: text }];
    const first = streamPart(chunks, start, 2);
    expect(first).toMatchObject({ given: { pieces: 2 }, cut: true });
    const second = streamPart(chunks, first.given, 2);
    expect(second).toMatchObject({ given: { seq: 1, pieces: 0 }, cut: false });
    expect(joined([...first.items, ...second.items])).toBe(text);
  });

  it('survive lone surrogates', () => {
    const text = '\uD83D'.repeat(500_000);
    expect(joined(streamPart([{ seq: 1, data: text }], start, 8).items)).toBe(text);
  });
});
