import { FlyballError } from '#libs/core';
import { Refusal } from '../gateway/refusal.ts';

/** What is not about what was sent: that is 400. */
const statuses: Readonly<Record<string, number>> = { NOT_STARTED: 503, NOT_HELD: 404, DRY_RUN: 409, OTHER_ORDER: 409 };

/** An answer, or its refusal as HTTP has it. */
export function answered<Answer>(answer: () => Answer): Answer {
  try {
    return answer();
  } catch (error) {
    if (!(error instanceof FlyballError)) throw error;
    const status = statuses[error.code] ?? 400;
    throw new Refusal(status, error.message, status === 503 ? { 'retry-after': '1' } : {});
  }
}
