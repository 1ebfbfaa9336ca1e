import type { ErrorType } from '#libs/core';
import type { AttemptResult } from './contract.ts';
import { tellsOutOfMemory } from './out-of-memory.ts';

/** How user code ended, before it is judged; JSON, as a bridge carries it. No `output` key = no output. */
export type Ending =
  | { readonly ok: true; readonly output?: unknown; readonly refreshWorker?: boolean }
  | {
      readonly ok: false;
      readonly errorType: ErrorType;
      /** What the client reads. */
      readonly message: string;
      /** Where out of memory is looked for; the message when absent (it may hold a traceback that names other things). */
      readonly cause?: string;
      readonly output?: unknown;
      readonly retry?: boolean;
      readonly refreshWorker?: boolean;
      /** The process died by itself, and every attempt in it. */
      readonly processDied?: true;
    };

/** The judgement: out of memory is overload, a failure after the abort is what the abort said. */
export function attemptResult(ending: Ending, signal: AbortSignal): AttemptResult {
  const refresh = ending.refreshWorker === true && { refreshWorker: true };
  if (ending.ok) return { outcome: 'succeeded', output: ending.output, ...refresh };
  const { message, errorType } = ending;
  const died = ending.processDied === true && ({ processDied: true } as const);
  const rest = { message, ...('output' in ending && { output: ending.output }), ...refresh, ...died };
  if (signal.aborted) return { outcome: 'cancelled', errorType: 'other', retry: false, ...rest, ...timedOut(signal) };
  if (tellsOutOfMemory(ending.cause ?? message)) {
    return { outcome: 'overloaded', errorType: 'out-of-memory', retry: true, ...rest };
  }
  return { outcome: 'failed', errorType, retry: ending.retry ?? false, ...rest };
}

/** A store that takes no chunk is not the handler's fault: another attempt may have its stream stored. */
export function chunkNotStored(error: unknown): Ending {
  const reason = error instanceof Error ? error.message : String(error);
  return { ok: false, errorType: 'other', message: `a chunk could not be stored: ${reason}`, retry: true };
}

/** An attempt aborts with 'timeout' as its reason when its execution timeout is over. */
export function abortedByTimeout(signal: AbortSignal): boolean {
  return signal.aborted && signal.reason === 'timeout';
}

function timedOut(signal: AbortSignal): { readonly outcome: 'timed-out'; readonly errorType: 'timeout' } | undefined {
  return abortedByTimeout(signal) ? { outcome: 'timed-out', errorType: 'timeout' } : undefined;
}
