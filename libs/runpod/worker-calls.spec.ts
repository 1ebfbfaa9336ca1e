import { expect, it } from 'vitest';
import { addressed, batchSize, parsePing } from './worker-calls.ts';

it('32: takes the parameters out of an id that they were appended to', () => {
  expect(addressed('abc&isStream=false', {})).toEqual({ id: 'abc', query: { isStream: 'false' } });
  expect(addressed('w1&batch_size=2&job_in_progress=0', { gpu: 'x' })).toEqual({
    id: 'w1',
    query: { gpu: 'x', batch_size: '2', job_in_progress: '0' },
  });
  expect(addressed('w1', { gpu: 'x' })).toEqual({ id: 'w1', query: { gpu: 'x' } });
});

it.each([
  [undefined, undefined],
  ['', undefined],
  ['2.5', 2],
  ['7', 7],
  ['0', 1],
  ['-3', 1],
  ['0.5', 1],
  ['many', 1],
  ['Infinity', 256],
  ['1e9', 256],
])('33: batch_size=%s asks for %s', (given, size) => {
  expect(batchSize({ batch_size: given })).toBe(size);
});

it('reads the jobs of a ping, each once, and the version', () => {
  expect(parsePing({ job_id: 'a,b,,a', runpod_version: '1.12.0' })).toEqual({
    jobs: ['a', 'b'],
    complete: true,
    version: '1.12.0',
  });
  expect(parsePing({})).toEqual({ jobs: [], complete: true });
  expect(parsePing({ job_id: ['a', 'b,c'] }).jobs).toEqual(['a', 'b', 'c']);
});

it('knows a list that the SDK has cut', () => {
  expect(parsePing({ job_id: 'x,'.repeat(32_700) }).complete).toBe(false);
});

it('reads why a worker is unhealthy, cut short', () => {
  expect(parsePing({ status: 'unhealthy', check: 'gpu', reason: 'r'.repeat(999) }).unhealthy).toBe(
    `gpu: ${'r'.repeat(256)}`,
  );
  expect(parsePing({ status: 'unhealthy' }).unhealthy).toBe('no reason given');
  expect(parsePing({ status: 'ok' })).not.toHaveProperty('unhealthy');
});
