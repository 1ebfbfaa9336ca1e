import { expect, it } from 'vitest';
import { upstreamRequest } from './upstream-request.ts';

const base = new URL('http://127.0.0.1:8000/generate?v=1');

it('posts the input to the address of the handler', () => {
  const request = { method: 'POST', path: '/generate?v=1', raw: false };
  expect(upstreamRequest({ prompt: 'x' }, base)).toEqual({ ...request, body: '{"prompt":"x"}' });
  expect(upstreamRequest(null, base)).toEqual({ ...request, body: 'null' });
});

it('sends openai_input to openai_route of the same server, by GET where there is none', () => {
  const input = { openai_route: '/v1/chat/completions', openai_input: { model: 'm' } };
  expect(upstreamRequest(input, base)).toEqual({
    method: 'POST',
    path: '/v1/chat/completions',
    body: '{"model":"m"}',
    raw: true,
  });
  expect(upstreamRequest({ openai_route: '/v1/models' }, base)).toEqual({
    method: 'GET',
    path: '/v1/models',
    raw: true,
  });
});

it.each(['//example.com/v1', 'http://example.com/', '/\\example.com/', 'v1/models'])(
  'does not follow a route to another server: %s',
  (route) => {
    expect(upstreamRequest({ openai_route: route }, base)).toMatch(/is no path/);
  },
);
