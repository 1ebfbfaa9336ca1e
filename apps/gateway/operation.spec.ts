import { expect, it } from 'vitest';
import { operationOf } from './operation.ts';

it('names a route by its operation, and all others alike', () => {
  expect(operationOf('/v2/:endpoint/status/:id')).toBe('status');
  expect(operationOf('/v2/:endpoint/purge-queue')).toBe('purge-queue');
  expect(operationOf('/v2/:endpoint/openai/v1/*')).toBe('openai');
  expect(operationOf('/metrics')).toBe('metrics');
  expect([operationOf('/v2/:endpoint/*'), operationOf('/'), operationOf(undefined)]).toEqual([
    'other',
    'other',
    'other',
  ]);
});
