import { expect, it } from 'vitest';
import { jsonCopy } from './json.ts';

it('copies what JSON can hold, as JSON.stringify would write it', () => {
  const value = { a: [1, 'x', null, undefined], b: undefined, date: new Date(0), nested: { deep: true } };
  const expected = { a: [1, 'x', null, null], date: '1970-01-01T00:00:00.000Z', nested: { deep: true } };
  expect(jsonCopy(value, 'output')).toEqual({ ok: true, json: expected, notFinite: 0 });
});

it('turns NaN and infinities into null and counts them', () => {
  expect(jsonCopy([Number.NaN, { loss: -Infinity }], 'output')).toEqual({
    ok: true,
    json: [null, { loss: null }],
    notFinite: 2,
  });
});

const circular: { self?: unknown } = {};
circular.self = circular;
let deep: unknown = 1;
for (let level = 0; level < 5000; level += 1) deep = [deep];

it.each([
  ['a function', { run: () => 1 }, 'output.run is a function'],
  ['a BigInt', [1n], 'output[0] is a bigint'],
  ['a symbol', Symbol('s'), 'output is a symbol'],
  ['a Map', { users: new Map() }, 'output.users is a Map'],
  ['a Set', [[new Set()]], 'output[0][0] is a Set'],
  ['a Buffer', { image: Buffer.from('x') }, 'output.image is a Buffer'],
  ['an Error', new TypeError('no'), 'output is a TypeError'],
  ['a promise', { later: Promise.resolve(1) }, 'output.later is a Promise'],
  ['a cycle', circular, 'output.self refers back'],
  ['a depth that no parser takes', deep, 'more than 1000 levels deep'],
])('names the type and the place of %s', (_, value, problem) => {
  expect(jsonCopy(value, 'output')).toEqual({ ok: false, problem: expect.stringContaining(problem) });
});

it('keeps a key called __proto__ as a key', () => {
  const copied = jsonCopy(JSON.parse('{"__proto__":{"a":1}}'), 'output');
  expect(JSON.stringify(copied.ok && copied.json)).toBe('{"__proto__":{"a":1}}');
});

it('says what a getter threw', () => {
  const trap = {
    get value(): never {
      throw new Error('no reading');
    },
  };
  expect(jsonCopy(trap, 'output')).toEqual({ ok: false, problem: expect.stringContaining('no reading') });
});
