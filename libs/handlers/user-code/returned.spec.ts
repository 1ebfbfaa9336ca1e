import { expect, it } from 'vitest';
import { readReturned } from './returned.ts';

const warnings: string[] = [];
const read = (value: unknown): unknown => readReturned(value, { warn: (message) => warnings.push(message) });

it.each([
  [{}, { ok: true }],
  [undefined, { ok: true }],
  [null, { ok: true, output: null }],
  [false, { ok: true, output: false }],
  [0, { ok: true, output: 0 }],
  ['', { ok: true, output: '' }],
  [[{ error: 'x' }], { ok: true, output: [{ error: 'x' }] }],
  [{ error: '' }, { ok: true }],
  [{ error: {} }, { ok: false, errorType: 'handler-threw', message: '{}' }],
  [
    { error: 'x', a: 1 },
    { ok: false, errorType: 'handler-threw', message: 'x', output: { a: 1 } },
  ],
  [
    { refreshWorker: true, a: 1 },
    { ok: true, output: { a: 1 }, refreshWorker: true },
  ],
  [{ refresh_worker: true }, { ok: true, refreshWorker: true }],
])('reads %j as RunPod reads it', (value, ending) => {
  expect(read(value)).toEqual(ending);
});

it('fails a result that is no JSON with its type and place', () => {
  const message = expect.stringContaining('output.a is a Set');
  expect(read({ a: new Set() })).toEqual({ ok: false, errorType: 'bad-output', message });
});

it('turns NaN into null with a warning', () => {
  expect(read({ loss: Number.NaN })).toEqual({ ok: true, output: { loss: null } });
  expect(warnings.at(-1)).toContain('became null');
});
