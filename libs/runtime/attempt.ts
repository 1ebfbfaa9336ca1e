import type { EndedAttempt, ErrorType, Failure, Job, Lease } from '#libs/core';
import type { AttemptContext, AttemptResult, Handler } from '#libs/handlers';
import type { AttemptTrace, Emit, QueueOperation } from '#libs/observability';
import type { Place } from './gate.ts';

export interface AttemptEnd {
  readonly ended: EndedAttempt;
  /** What the queue is to be told; `keep`: the lease has ended already (cancelled, expired, lost). */
  readonly settle: 'keep' | 'give-back' | { readonly output: unknown } | { readonly failure: Failure };
  readonly errorType?: ErrorType;
  readonly message?: string;
}

export interface AttemptOptions {
  readonly handler: Handler;
  readonly lease: Lease;
  readonly place: Place;
  readonly now: () => number;
  /** Deadline on service time, ms. */
  readonly deadline: number | undefined;
  /** A device's memory is all but used up. */
  readonly memoryFull: () => boolean;
  /** Aborts when the drain's time is over: what still runs is given back. */
  readonly drained: AbortSignal;
  readonly emit: Emit;
  /** Where tracing is on. */
  readonly trace?: AttemptTrace | undefined;
}

/**
 * Runs one attempt until its end *for the queue*: the handler's answer, its execution timeout, a cancel, or the end of the
 * drain, whichever comes first. `returned` resolves when the handler's own code is done, which may be later: until then it
 * still uses the device and its slot stays taken.
 */
export function runAttempt(options: AttemptOptions): {
  readonly end: Promise<AttemptEnd>;
  readonly returned: Promise<AttemptResult>;
} {
  const { lease } = options;
  const stop = new AbortController();
  const interrupted = Promise.withResolvers<Interruption>();
  const interrupt = (interruption: Interruption): void => {
    interrupted.resolve(interruption);
    stop.abort(interruption);
  };
  const { executionTimeout } = lease.job.policy;
  const timer = setTimeout(() => interrupt('timeout'), executionTimeout);
  const onCancelled = (): void => interrupt('cancelled');
  const onDrained = (): void => interrupt('drained');
  lease.cancelled.addEventListener('abort', onCancelled, { once: true });
  options.drained.addEventListener('abort', onDrained, { once: true });
  if (lease.cancelled.aborted) onCancelled();

  const running = runHandler(options, stop.signal).then((result) => judged(result, options));
  const end = Promise.race([running, interrupted.promise]).then((result) => {
    clearTimeout(timer);
    lease.cancelled.removeEventListener('abort', onCancelled);
    options.drained.removeEventListener('abort', onDrained);
    return endOf(typeof result === 'string' ? interruptedResult(result, lease) : result, options);
  });
  return { end, returned: running };
}

/** A process that died on a full device died of that, whatever it said. */
function judged(result: AttemptResult, { memoryFull }: AttemptOptions): AttemptResult {
  if (result.outcome !== 'failed' || result.processDied !== true || !memoryFull()) return result;
  const message = `${result.message}; the device's memory was full`;
  return { ...result, outcome: 'overloaded', errorType: 'out-of-memory', message };
}

type Interruption = 'timeout' | 'cancelled' | 'drained';

async function runHandler(
  { handler, lease, deadline, emit, trace }: AttemptOptions,
  signal: AbortSignal,
): Promise<AttemptResult> {
  const { job } = lease;
  try {
    const context: AttemptContext = {
      signal,
      ...(deadline !== undefined && { deadline }),
      progress: (data) => {
        // It never fails an attempt.
        if (!signal.aborted) told('progress', () => lease.progress(data), emit).catch(() => undefined);
      },
      chunk: async (data) => {
        trace?.chunk();
        if (!signal.aborted) await told('chunk', () => lease.chunk(data), emit);
      },
    };
    if (trace === undefined) return await handler.run(job, context);
    const traced = { ...job, traceparent: trace.handlerTraceparent };
    return await trace.within(() => handler.run(traced, context));
  } catch (error) {
    // A handler answers with causes; what it throws is a defect of ours, and must not cost the job its end.
    const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return { outcome: 'failed', errorType: 'other', message, retry: true };
  }
}

async function told(operation: QueueOperation, write: () => Promise<void>, emit: Emit): Promise<void> {
  const start = performance.now();
  let result: 'ok' | 'error' = 'error';
  try {
    await write();
    result = 'ok';
  } finally {
    emit({ type: 'queue-operation', operation, result, durationMs: performance.now() - start });
  }
}

type Interrupted = AttemptResult & { readonly by: Interruption };

function interruptedResult(interruption: Interruption, lease: Lease): Interrupted {
  const { executionTimeout } = lease.job.policy;
  switch (interruption) {
    case 'timeout':
      return {
        by: interruption,
        outcome: 'timed-out',
        errorType: 'timeout',
        message: `the attempt ran longer than its execution timeout of ${executionTimeout} ms`,
        retry: false,
      };
    case 'cancelled':
      return {
        by: interruption,
        outcome: lease.cancelled.reason === 'expired' ? 'timed-out' : 'cancelled',
        errorType: lease.cancelled.reason === 'lost' ? 'lease-lost' : 'other',
        message: `the attempt was stopped: ${String(lease.cancelled.reason)}`,
        retry: false,
      };
    case 'drained':
      return {
        by: interruption,
        outcome: 'cancelled',
        errorType: 'other',
        message: 'the worker stopped before the attempt was done',
        retry: true,
      };
  }
}

function endOf(result: AttemptResult | Interrupted, options: AttemptOptions): AttemptEnd {
  const { place, lease, deadline } = options;
  const finish = options.now();
  const errorType = result.outcome === 'succeeded' ? undefined : result.errorType;
  const ended: EndedAttempt = {
    outcome: result.outcome,
    errorType,
    finish,
    service: finish - place.start,
    n: place.meanInFlight(),
    deadline,
    size: lease.job.size,
    jobClass: lease.job.class,
  };
  if (result.outcome === 'succeeded') return { ended, settle: { output: result.output } };
  const { message } = result;
  const by = 'by' in result ? result.by : undefined;
  const givesBack = by === 'drained' || result.unstarted === true;
  const settle =
    by === 'cancelled' ? ('keep' as const) : givesBack ? ('give-back' as const) : { failure: failureOf(result) };
  return { ended, settle, message, errorType: result.errorType };
}

export function failureOf(result: Exclude<AttemptResult, { outcome: 'succeeded' }>): Failure {
  const { outcome, errorType, message, retry } = result;
  return { outcome, errorType, message, retry, ...('output' in result && { output: result.output }) };
}

/** The service deadline in force for a job: its own, else LATENCY_TARGET. */
export function deadlineOf(job: Job, latencyTarget: number | undefined): number | undefined {
  return job.deadline ?? latencyTarget;
}
