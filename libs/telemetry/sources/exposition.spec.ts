import { describe, expect, it } from 'vitest';
import { failureOf } from '../../../test/fixtures/metrics/failure-of.ts';
import { parseExposition } from './exposition.ts';

const parsed = (text: string): readonly unknown[] =>
  parseExposition(text).map(({ name, labels, value }) => [name, Object.fromEntries(labels), value]);

describe('a page of metrics', () => {
  it.each<[string, string, unknown]>([
    ['a bare sample', 'up 1', ['up', {}, 1]],
    [
      'a name with a colon',
      'vllm:num_requests_running{engine="0"} 3.0',
      ['vllm:num_requests_running', { engine: '0' }, 3],
    ],
    ['spaces in the label set', 'a{ b = "1" , c="2" } 4', ['a', { b: '1', c: '2' }, 4]],
    ['a space before the label set', 'a {b="1"} 4', ['a', { b: '1' }, 4]],
    ['a comma after the last label', 'a{b="1",} 4', ['a', { b: '1' }, 4]],
    ['an empty label set', 'a{} 4', ['a', {}, 4]],
    ['braces, commas and = in a value', 'a{b="{x=1,y}"} 4', ['a', { b: '{x=1,y}' }, 4]],
    ['escapes', String.raw`a{b="q\"s\\n\n."} 4`, ['a', { b: 'q"s\\n\n.' }, 4]],
    ['a timestamp', 'a 4 1774011461288', ['a', {}, 4]],
    ['an exemplar', 'a_bucket{le="1"} 4 # {trace_id="f00"} 0.5 1.6e+09', ['a_bucket', { le: '1' }, 4]],
    ['an exponent', 'a 1.7740114612875898e+09', ['a', {}, 1_774_011_461.2875898]],
    ['no digit before the point', 'a .5', ['a', {}, 0.5]],
    ['less than zero', 'a -3', ['a', {}, -3]],
    ['no number', 'a NaN', ['a', {}, Number.NaN]],
    ['infinity', 'a +Inf', ['a', {}, Number.POSITIVE_INFINITY]],
    ['minus infinity', 'a -Inf', ['a', {}, Number.NEGATIVE_INFINITY]],
    ['a carriage return', 'a 4\r', ['a', {}, 4]],
  ])('may hold %s', (_, line, sample) => {
    expect(parsed(`${line}\n`)).toEqual([sample]);
  });

  it('may hold comments, blank lines, and end in # EOF with or without a line feed', () => {
    const text = '# HELP a Some # text.\n# TYPE a gauge\n\na 1\n  \n# note\nb 2\n# EOF';
    expect(parsed(text)).toEqual([
      ['a', {}, 1],
      ['b', {}, 2],
    ]);
    expect(parsed(`${text}\n`)).toHaveLength(2);
    expect(parsed('')).toEqual([]);
  });
});

describe('what is no page of metrics', () => {
  it.each([
    ['HTML', '<!DOCTYPE html>\n<html></html>\n'],
    ['JSON', '{"status":"ok"}\n'],
    ['a label without quotes', 'a{b=1} 4\n'],
    ['a label set without an end', 'a{b="1" 4\n'],
    ['labels without a comma', 'a{b="1"c="2"} 4\n'],
    ['no value', 'a{b="1"}\n'],
    ['a name alone', 'a\n'],
    ['a word for a value', 'a{b="1"} 580.105.08\n'],
    ['a number of another language', 'a 0x1f\n'],
    ['words after the value', 'a 4 per second\n'],
  ])('fails as parse: %s', async (_, text) => {
    expect(await failureOf(() => parseExposition(text))).toMatchObject({
      result: 'parse',
      message: expect.stringContaining('line 1'),
    });
  });

  it.each(['a 1\nb{c="d', 'a 1\nb{c="d"} 20', 'a 1\n# HELP b Some te'])('fails as parse when cut: %j', async (text) => {
    expect(await failureOf(() => parseExposition(text))).toMatchObject({
      result: 'parse',
      message: expect.stringContaining('middle of a line'),
    });
  });

  it('is quoted without the secrets in it, and not at length', async () => {
    const failure = await failureOf(() => parseExposition(`see http://user:secret@host/ ${'x'.repeat(500)}\n`));
    expect(failure.message).not.toContain('secret');
    expect(failure.message.length).toBeLessThan(200);
  });
});
