import { describe, expect, it } from 'vitest';
import { eventText, openaiBody, openaiError, openaiFailure, openaiInput, wantsStream } from './openai.ts';

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
});

describe('a failed job', () => {
  const failed = { id: 'a-u1', status: 'FAILED', retries: 0 } as const;

  it("answers with the model server's own error and status", () => {
    const output = { error: { message: 'too long', type: 'BadRequestError', code: 400 } };
    expect(openaiFailure({ ...failed, error: 'x', output })).toEqual({ status: 400, body: output });
    const old = { object: 'error', message: 'gone', code: 404 };
    expect(openaiFailure({ ...failed, error: 'x', output: old })).toEqual({ status: 404, body: old });
    const plain = { error: { message: 'slow down', code: 'rate_limit' } };
    expect(openaiFailure({ ...failed, error: 'upstream answered 429: …', output: plain })).toEqual({
      status: 429,
      body: plain,
    });
  });

  it('answers with the cause otherwise', () => {
    expect(openaiFailure({ ...failed, error: 'it broke' })).toEqual({
      status: 502,
      body: openaiError(502, 'it broke'),
    });
    expect(openaiFailure({ ...failed, error: 'upstream answered 503' }).status).toBe(503);
    expect(openaiFailure({ ...failed, status: 'TIMED_OUT', error: 'late' }).status).toBe(504);
    expect(openaiFailure({ ...failed, status: 'CANCELLED' })).toEqual({
      status: 409,
      body: openaiError(409, 'The job ended CANCELLED. Send the request again.'),
    });
  });
});
