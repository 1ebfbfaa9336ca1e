import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';

/** Spans as JSON lines on standard error, for a look at them: standard output is the log's. */
export class StderrSpans implements SpanExporter {
  export(spans: readonly ReadableSpan[], done: Parameters<SpanExporter['export']>[1]): void {
    for (const span of spans) process.stderr.write(`${JSON.stringify(shown(span))}\n`);
    done({ code: 0 });
  }

  async shutdown(): Promise<void> {}
}

function shown(span: ReadableSpan): Readonly<Record<string, unknown>> {
  const { traceId, spanId } = span.spanContext();
  return {
    name: span.name,
    kind: SpanKind[span.kind],
    traceId,
    spanId,
    parentSpanId: span.parentSpanContext?.spanId,
    start: new Date(milliseconds(span.startTime)).toISOString(),
    durationMs: milliseconds(span.duration),
    attributes: span.attributes,
    ...(span.status.code === SpanStatusCode.ERROR && { error: span.status.message }),
    links: span.links.map(({ context }) => ({ traceId: context.traceId, spanId: context.spanId })),
    events: span.events.map(({ name, attributes }) => ({ name, attributes })),
  };
}

function milliseconds([seconds, nanoseconds]: readonly [number, number]): number {
  return seconds * 1000 + nanoseconds / 1e6;
}
