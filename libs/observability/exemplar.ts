import type { TraceIds } from './trace-ids.ts';

/** One observation that can be looked at: the trace it was made in. */
export interface Exemplar {
  readonly trace: TraceIds;
  /** In the family's unit. */
  readonly value: number;
  /** Wall clock, ms since 1970. */
  readonly at: number;
}

/** As the client library wants it told; its names and values are 63 characters together, of 128 that OpenMetrics allows. */
export interface RenderedExemplar {
  readonly labelSet: { readonly trace_id: string; readonly span_id: string };
  readonly value: number;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

export function renderedExemplar({ trace, value, at }: Exemplar): RenderedExemplar {
  return { labelSet: { trace_id: trace.traceId, span_id: trace.spanId }, value, timestamp: at / 1000 };
}
