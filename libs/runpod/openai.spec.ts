import { expect, it } from 'vitest';
import { eventText, openaiBody, openaiError, openaiInput, statusOfEnd, wantsStream } from './openai.ts';

it('makes the input of the vLLM worker', () => {
  expect(openaiInput('models', undefined)).toEqual({ openai_route: '/v1/models' });
  expect(openaiInput('chat/completions', { model: 'm' })).toEqual({
    openai_route: '/v1/chat/completions',
    openai_input: { model: 'm' },
  });
});

it('streams only when asked to', () => {
  expect([{ stream: true }, { stream: 'true' }, {}, null, undefined].map(wantsStream)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});

it('takes the chunks, joined, or the output', () => {
  expect(openaiBody([], { a: 1 })).toEqual({ a: 1 });
  expect(openaiBody([], '{"a":1}')).toEqual({ a: 1 });
  expect(openaiBody([{ a: 1 }], [])).toEqual({ a: 1 });
  expect(openaiBody(['{"a"', ':1}'], [])).toEqual({ a: 1 });
  expect(openaiBody(['plain'], [])).toBe('plain');
});

it('sends text as it is and JSON as an event', () => {
  expect(eventText('data: {}\n\n')).toBe('data: {}\n\n');
  expect(eventText({ a: 1 })).toBe('data: {"a":1}\n\n');
});

it('speaks of errors as OpenAI does', () => {
  expect(openaiError(429, 'later')).toEqual({ error: { message: 'later', type: 'rate_limit_error', code: null } });
  expect([statusOfEnd('FAILED'), statusOfEnd('TIMED_OUT'), statusOfEnd('CANCELLED')]).toEqual([502, 504, 409]);
});
