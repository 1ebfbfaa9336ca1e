import type { ErrorType } from '#libs/core';
import type { Ending } from '../ending.ts';
import type { AttemptResult } from '../contract.ts';
import { tellsOutOfMemory } from '../out-of-memory.ts';

const longestQuote = 2048;

/** An answer that is no success. `output`: the upstream's own error, where the client can read it. */
export function refusal(status: number, body: string, output: unknown): Ending | AttemptResult {
  const quote = body.trim().slice(0, longestQuote);
  const message = quote === '' ? `upstream answered ${status}` : `upstream answered ${status}: ${quote}`;
  const shown = output === undefined ? {} : { output };
  if (status === 429 || status === 503) {
    return { outcome: 'overloaded', errorType: 'throttled', message, retry: true, ...shown };
  }
  if (tellsOutOfMemory(quote))
    return { outcome: 'overloaded', errorType: 'out-of-memory', message, retry: true, ...shown };
  const { errorType, retry } = kindOf(status);
  return { ok: false, errorType, message, retry, ...shown };
}

function kindOf(status: number): { readonly errorType: ErrorType; readonly retry: boolean } {
  if (status >= 500 || status === 408) return { errorType: 'upstream', retry: true };
  if (status === 401 || status === 403) return { errorType: 'refused', retry: false };
  if (status >= 400) return { errorType: 'bad-input', retry: false };
  // Redirects: a redirected POST would become a GET.
  return { errorType: 'upstream', retry: false };
}
