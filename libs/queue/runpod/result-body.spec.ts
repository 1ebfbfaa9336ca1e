import { expect, it } from 'vitest';
import type { Failure } from '#libs/core';
import { failureBody, successBody, tooLargeBody } from './result-body.ts';

const plain = { stopPod: false };
const failure: Failure = {
  outcome: 'failed',
  errorType: 'handler-threw',
  message: 'ValueError: no image',
  retry: false,
};

it.each([
  [undefined, '{}'],
  [null, '{"output":null}'],
  [{ a: 1 }, '{"output":{"a":1}}'],
  [[], '{"output":[]}'],
  ['', '{"output":""}'],
  [{ loss: Number.NaN, top: Infinity }, '{"output":{"loss":null,"top":null}}'],
])('posts the output %o as %s', (output, text) => {
  expect(successBody(output, plain)).toEqual({ text });
});

it('fails what JSON cannot hold, naming it (H7)', () => {
  const circle: Record<string, unknown> = {};
  circle['self'] = circle;
  for (const [output, name] of [
    [() => 1, 'function'],
    [10n, 'BigInt'],
    [circle, 'circular'],
  ] as const) {
    const { text, problem } = successBody(output, plain);
    expect(JSON.parse(text)).toEqual({ error: expect.stringContaining(name) as string });
    expect(problem).toContain(name);
  }
});

it('posts a failure as text, beside what came with it', () => {
  expect(JSON.parse(failureBody(failure, plain).text)).toEqual({ error: 'ValueError: no image' });
  const beside = failureBody({ ...failure, output: { partial: 1 } }, plain);
  expect(JSON.parse(beside.text)).toEqual({ error: 'ValueError: no image', output: { partial: 1 } });
  expect(JSON.parse(failureBody({ ...failure, message: '' }, plain).text)).toEqual({
    error: 'failed without a message',
  });
});

it('tells a gateway of ours how the attempt ended', () => {
  const told = { ...failure, outcome: 'overloaded', errorType: 'out-of-memory', retry: true, attempt: 2 } as const;
  expect(JSON.parse(failureBody(told, plain).text)).toEqual({
    error: 'ValueError: no image',
    flyball: { attempt: 2, outcome: 'overloaded', errorType: 'out-of-memory', retry: true },
  });
});

it('asks for another worker with each body (H15)', () => {
  const asked = { stopPod: true };
  expect(JSON.parse(successBody(1, asked).text)).toEqual({ output: 1, stopPod: true });
  expect(JSON.parse(successBody(undefined, asked).text)).toEqual({ stopPod: true });
  expect(JSON.parse(failureBody(failure, asked).text)).toMatchObject({ stopPod: true });
});

it('names the size of a result that was too large (H8)', () => {
  expect(JSON.parse(tooLargeBody(23_456_789))).toEqual({ error: expect.stringContaining('23456789 bytes') as string });
});
