import { expect, it } from 'vitest';
import { expand, siblingOfTake, withParameters } from './templates.ts';

const values = { id: 'job 1', worker: 'w/1', gpu: 'NVIDIA H200' };

it('replaces each name wherever it stands, as a part of a URL', () => {
  const template = 'http://h/v2/ep/job-done/$RUNPOD_POD_ID/$ID?gpu=$RUNPOD_GPU_TYPE_ID&w=$RUNPOD_POD_ID';
  expect(expand(template, values)).toBe('http://h/v2/ep/job-done/w%2F1/job%201?gpu=NVIDIA%20H200&w=w%2F1');
});

it.each([
  ['http://h/a', 'http://h/a?x=1'],
  ['http://h/a?', 'http://h/a?x=1'],
  ['http://h/a?b=2', 'http://h/a?b=2&x=1'],
  ['http://h/a?b=2&', 'http://h/a?b=2&x=1'],
])('adds parameters to %s', (url, expected) => {
  expect(withParameters(url, { x: 1, empty: '' })).toBe(expected);
});

it('derives batch and stop from the take, or says that it cannot', () => {
  expect(siblingOfTake('http://h/v2/ep/job-take/w1?gpu=', 'job-take-batch')).toBe(
    'http://h/v2/ep/job-take-batch/w1?gpu=',
  );
  expect(siblingOfTake('http://h/v2/ep/job-take/w1', 'job-stop')).toBe('http://h/v2/ep/job-stop/w1');
  expect(siblingOfTake('http://h/take?worker=w1', 'job-stop')).toBeUndefined();
});
