import type { Observation } from '#libs/core';
import type { JobFields } from '../job-fields.ts';

/** What a handler gets beside the job. */
export interface HandlerContext {
  /** Aborts when the attempt must stop; a handler that ends then frees its slot at once. */
  readonly signal: AbortSignal;
  /** Deadline on service time, ms. */
  readonly deadline?: number;
  /** W3C trace context to continue: this attempt's where it is traced, else that of whoever enqueued the job. */
  readonly traceparent?: string;
  /** The rest of that context, as its sender wrote it. */
  readonly tracestate?: string;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Shown as the job's output while it runs; the latest wins. */
  readonly progress: (data: unknown) => void;
}

/**
 * RunPod's `start` config in camelCase. The handler answers with any JSON, a promise of it, or a generator whose yields
 * are streamed. (Methods, so that a handler may declare the job it expects.)
 */
export interface HandlerObject {
  handler(job: JobFields, context: HandlerContext): unknown;
  /** From the limit in force to the wanted one; used with CONCURRENCY_STRATEGY=handler only. */
  concurrencyModifier?(current: number, last?: Observation): unknown;
  /** The output of a generator is the list of its yields, instead of an empty list. */
  readonly returnAggregateStream?: boolean;
  /** The process is replaced after every job. */
  readonly refreshWorker?: boolean;
}

export const handlerObjectKeys = ['handler', 'concurrencyModifier', 'returnAggregateStream', 'refreshWorker'] as const;
