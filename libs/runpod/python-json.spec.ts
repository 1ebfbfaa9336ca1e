import { expect, it } from 'vitest';
import { parsePythonJson } from './python-json.ts';

it('reads strict JSON as it is', () => {
  expect(parsePythonJson('{"a":[1,"NaN"]}')).toEqual({ value: { a: [1, 'NaN'] }, replaced: 0 });
});

it('turns NaN and infinities outside strings into null and counts them', () => {
  const text = String.raw`{"loss":NaN,"s":"NaN \" Infinity \\","low":-Infinity,"n":-1,"high":[Infinity]}`;
  expect(parsePythonJson(text)).toEqual({
    value: { loss: null, s: String.raw`NaN " Infinity ` + '\\', low: null, n: -1, high: [null] },
    replaced: 3,
  });
});

it('refuses what is no JSON even so', () => {
  expect(() => parsePythonJson('{"a":NaN')).toThrow(SyntaxError);
  expect(() => parsePythonJson('input=1')).toThrow(SyntaxError);
  expect(() => parsePythonJson('')).toThrow(SyntaxError);
});

it('stays linear on a long unfinished string', () => {
  expect(() => parsePythonJson(`{"a":"${'\\"x'.repeat(1_000_000)}`)).toThrow(SyntaxError);
});
