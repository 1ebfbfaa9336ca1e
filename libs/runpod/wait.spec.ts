import { expect, it } from 'vitest';
import { BadRequest } from './bounded.ts';
import { retentionOfRun, retentionOfRunsync, streamWait, syncWait } from './wait.ts';

it('clamps the wait to 1 s … 5 min and takes 90 s when absent', () => {
  expect(['0', '1000', '120000', '999999999', '', undefined].map((query) => syncWait(query))).toEqual([
    1_000, 1_000, 120_000, 300_000, 90_000, 90_000,
  ]);
});

it('caps what a stream is held', () => {
  expect([undefined, '90000', '200', '-5'].map((query) => streamWait(query))).toEqual([5_000, 5_000, 200, 0]);
});

it('keeps async results half an hour, sync ones a minute or as long as the wait', () => {
  expect(retentionOfRun()).toBe(1_800_000);
  expect([undefined, '1000', '90000', '300000', '900000'].map((query) => retentionOfRunsync(query))).toEqual([
    60_000, 60_000, 90_000, 300_000, 300_000,
  ]);
});

it('refuses a wait that is no number', () => {
  expect(() => syncWait('soon')).toThrow(BadRequest);
  expect(() => streamWait(['1', '2'])).toThrow(/\?wait=/);
});
