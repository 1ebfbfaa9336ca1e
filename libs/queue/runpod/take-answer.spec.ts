import { expect, it } from 'vitest';
import { readStops, readTake, type HttpAnswer } from './take-answer.ts';

function read(answer: Partial<HttpAnswer>, tookMs = 10) {
  const whole = { status: 200, type: 'application/json', retryAfter: undefined, text: '', ...answer };
  return readTake(whole, { tookMs, wall: 0, parse: JSON.parse });
}

it('takes an object for one job and a list for several (H5)', () => {
  expect(read({ text: '{"id":"a"}' })).toEqual({ end: { kind: 'jobs' }, items: [{ id: 'a' }] });
  expect(read({ text: '[{"id":"a"},{"id":"b"}]' }).items).toHaveLength(2);
});

it.each([
  ['204', { status: 204 }],
  ['400, which FlashBoot answers', { status: 400, text: 'no' }],
  ['an empty 200', { text: '' }],
  ['an empty list', { text: '[]' }],
  ['another content type', { type: 'text/html', text: '<p>' }],
  ['no JSON', { text: '{"id":' }],
])('takes %s for none, held when it came late', (_, answer) => {
  expect(read(answer).end).toEqual({ kind: 'none', held: false });
  expect(read(answer, 1500).end).toEqual({ kind: 'none', held: true });
});

it('tells busy, refused and failed apart (H4)', () => {
  const kinds = [429, 401, 403, 404, 500, 503].map((status) => read({ status }).end.kind);
  expect(kinds).toEqual(['busy', 'refused', 'refused', 'failed', 'failed', 'failed']);
});

it('reads the ids to stop, and nothing else', () => {
  expect(readStops('{"jobsToStop":["a",7,"b"]}')).toEqual(['a', 'b']);
  expect(['', '[]', '{}', '{"jobsToStop":"a"}', 'null', '<p>'].map(readStops)).toEqual([[], [], [], [], [], []]);
});
