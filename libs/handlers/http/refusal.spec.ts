import { expect, it } from 'vitest';
import { refusal } from './refusal.ts';

it.each([
  [429, { outcome: 'overloaded', errorType: 'throttled', retry: true }],
  [503, { outcome: 'overloaded', errorType: 'throttled', retry: true }],
  [400, { ok: false, errorType: 'bad-input', retry: false }],
  [422, { ok: false, errorType: 'bad-input', retry: false }],
  [401, { ok: false, errorType: 'refused', retry: false }],
  [403, { ok: false, errorType: 'refused', retry: false }],
  [408, { ok: false, errorType: 'upstream', retry: true }],
  [500, { ok: false, errorType: 'upstream', retry: true }],
  [302, { ok: false, errorType: 'upstream', retry: false }],
])('reads the status %d', (status, ending) => {
  expect(refusal(status, 'why', undefined)).toEqual({ ...ending, message: `upstream answered ${status}: why` });
});

it('finds out of memory in the text of a 500', () => {
  expect(refusal(500, '{"detail":"CUDA out of memory"}', undefined)).toMatchObject({
    outcome: 'overloaded',
    errorType: 'out-of-memory',
    retry: true,
  });
});
