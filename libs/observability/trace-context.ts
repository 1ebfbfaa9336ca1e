import { createTraceState, TraceFlags, type SpanContext } from '@opentelemetry/api';
import type { TraceIds } from './trace-ids.ts';

const form = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/;
/** What W3C asks every hop to carry; a longer state is a sender's mistake, or worse. */
const longestState = 512;

/** The span that W3C headers name; undefined when the first is not valid. A `tracestate` above 512 characters is dropped. */
export function remoteSpan(traceparent: string | undefined, tracestate?: string): SpanContext | undefined {
  const [, traceId, spanId, flags = '00'] = form.exec(traceparent ?? '') ?? [];
  if (traceId === undefined || spanId === undefined) return undefined;
  const traceFlags = Number.parseInt(flags, 16) & TraceFlags.SAMPLED;
  const hasState = tracestate !== undefined && tracestate !== '' && tracestate.length <= longestState;
  return { traceId, spanId, traceFlags, isRemote: true, ...(hasState && { traceState: createTraceState(tracestate) }) };
}

/** As the header `traceparent` says it, of a span of ours or of another's. */
export function traceparentOf({ traceId, spanId, traceFlags }: SpanContext): string {
  return `00-${traceId}-${spanId}-${(traceFlags & TraceFlags.SAMPLED).toString(16).padStart(2, '0')}`;
}

/** The header `tracestate`; undefined where there is none. */
export function tracestateOf({ traceState }: SpanContext): string | undefined {
  const text = traceState?.serialize();
  return text === undefined || text === '' ? undefined : text;
}

/** For exemplars and log lines; undefined of a span that nobody will find. */
export function sampledIds({ traceId, spanId, traceFlags }: SpanContext): TraceIds | undefined {
  return (traceFlags & TraceFlags.SAMPLED) === 0 ? undefined : { traceId, spanId };
}
