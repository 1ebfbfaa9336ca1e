import { expect, it } from 'vitest';
import { cancelBody, isFinal, statusBody, unfinishedBody } from './status-body.ts';

const id = 'a-u1';

it('shows a queued job by id and status only', () => {
  expect(statusBody({ id, status: 'IN_QUEUE', retries: 0 })).toEqual({ id, status: 'IN_QUEUE' });
});

it('shows progress as output and never an error while running', () => {
  const job = {
    id,
    status: 'IN_PROGRESS',
    delayTime: 61_372.4,
    retries: 1,
    workerId: 'w',
    output: '1/3',
    error: 'lost',
  } as const;
  expect(statusBody(job)).toEqual({
    id,
    status: 'IN_PROGRESS',
    delayTime: 61_372,
    retries: 1,
    workerId: 'w',
    output: '1/3',
  });
});

it('shows a final job with integer times, and output only if there is one', () => {
  const job = { id, status: 'COMPLETED', delayTime: 3_355.6, executionTime: 40.2, retries: 0, workerId: 'w' } as const;
  expect(statusBody(job)).toEqual({ id, status: 'COMPLETED', delayTime: 3_356, executionTime: 40, workerId: 'w' });
  expect(statusBody({ ...job, output: null })).toHaveProperty('output', null);
});

it('keeps output and error side by side', () => {
  const job = { id, status: 'FAILED', executionTime: 1, delayTime: 1, retries: 0, output: 1, error: 'x' } as const;
  expect(statusBody(job)).toMatchObject({ output: 1, error: 'x' });
});

it('answers an unfinished wait with id and status', () => {
  expect(unfinishedBody({ id, status: 'IN_PROGRESS', delayTime: 1, retries: 2 })).toEqual({
    id,
    status: 'IN_PROGRESS',
  });
});

it('always gives a cancel both times', () => {
  expect(cancelBody({ id, status: 'CANCELLED', retries: 0 })).toEqual({
    id,
    status: 'CANCELLED',
    delayTime: 0,
    executionTime: 0,
  });
});

it('knows the four ends', () => {
  expect((['IN_QUEUE', 'IN_PROGRESS', 'COMPLETED', 'FAILED', 'CANCELLED', 'TIMED_OUT'] as const).map(isFinal)).toEqual([
    false,
    false,
    true,
    true,
    true,
    true,
  ]);
});
