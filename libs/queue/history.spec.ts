import { expect, it } from 'vitest';
import { pastAttempts, withAttempt, type PastAttempt } from './history.ts';

function lost(attempt: number): PastAttempt {
  return { attempt, worker: 'w1', startedAt: attempt, endedAt: attempt + 1, outcome: 'lost', errorType: 'lease-lost' };
}

it('starts empty and grows in order', () => {
  expect(pastAttempts(null)).toEqual([]);
  expect(pastAttempts(withAttempt(withAttempt(null, lost(1)), lost(2)))).toEqual([lost(1), lost(2)]);
});

it('keeps the newest of very many', () => {
  let history: string | null = null;
  for (let attempt = 1; attempt <= 50; attempt += 1) history = withAttempt(history, lost(attempt));
  expect(pastAttempts(history).map((past) => past.attempt)).toEqual(
    Array.from({ length: 20 }, (_, index) => index + 31),
  );
});
