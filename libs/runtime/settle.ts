import type { Lease } from '#libs/core';
import type { AttemptTrace, Emit, QueueOperation } from '#libs/observability';
import type { AttemptEnd } from './attempt.ts';
import { backOff, waitFor } from './wait.ts';

export interface SettleOptions {
  readonly emit: Emit;
  readonly signal: AbortSignal;
  readonly random: () => number;
  readonly trace?: AttemptTrace | undefined;
}

/**
 * Tells the queue how an attempt ended, again and again until the store takes it: a finished result is never dropped while
 * the process lives. Answers false when aborted first; the lease then expires and the job is tried again.
 */
export async function settle(lease: Lease, end: AttemptEnd, options: SettleOptions): Promise<boolean> {
  const { trace } = options;
  const [operation, write] = writeOf(lease, end, trace?.traceparent);
  if (operation === undefined) return true;
  const told = (): Promise<boolean> => tellUntilTaken(lease, { operation, write }, options);
  return trace === undefined ? told() : trace.settled(told);
}

async function tellUntilTaken(
  lease: Lease,
  { operation, write }: { readonly operation: QueueOperation; readonly write: () => Promise<void> },
  options: SettleOptions,
): Promise<boolean> {
  for (let tries = 0; ; tries += 1) {
    const start = performance.now();
    try {
      await write();
      options.emit({ type: 'queue-operation', operation, result: 'ok', durationMs: performance.now() - start });
      return true;
    } catch (error) {
      options.emit({ type: 'queue-operation', operation, result: 'error', durationMs: performance.now() - start });
      if (tries === 0) {
        const fields = { jobId: lease.job.id, operation, error: String(error) };
        options.emit({ type: 'notice', level: 'warn', event: 'outbox-retry', fields });
      }
    }
    if (options.signal.aborted) return false;
    await waitFor(backOff(tries, 100, 5000, options.random), options.signal);
  }
}

function writeOf(
  lease: Lease,
  end: AttemptEnd,
  traceparent: string | undefined,
): readonly [QueueOperation | undefined, () => Promise<void>] {
  const { settle } = end;
  if (settle === 'keep') return [undefined, () => Promise.resolve()];
  if (settle === 'give-back') return ['give-back', () => lease.giveBack()];
  if ('failure' in settle) return ['fail', () => lease.fail(settle.failure, traceparent)];
  return ['succeed', () => lease.succeed(settle.output, traceparent)];
}
