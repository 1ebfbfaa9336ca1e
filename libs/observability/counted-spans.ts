import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace';

/** What became of the sampled spans that ended. */
export interface SpanCounts {
  exported: number;
  /** The line before the exporter was full. */
  dropped: number;
  failed: number;
}

/**
 * Counts at both ends of the batch processor's line, which itself tells nobody: it drops what ends while `maxQueueSize`
 * spans wait, and gives the others to the exporter.
 */
export class CountedSpans {
  readonly counts: SpanCounts = { exported: 0, dropped: 0, failed: 0 };
  readonly #maxQueueSize: number;
  #waiting = 0;

  constructor(maxQueueSize: number) {
    this.#maxQueueSize = maxQueueSize;
  }

  exporter(inner: SpanExporter): SpanExporter {
    return {
      export: (spans, done) => {
        this.#waiting = Math.max(0, this.#waiting - spans.length);
        inner.export(spans, (result) => {
          // 0 is success.
          const code: number = result.code;
          this.counts[code === 0 ? 'exported' : 'failed'] += spans.length;
          done(result);
        });
      },
      shutdown: () => inner.shutdown(),
    };
  }

  processor(inner: SpanProcessor): SpanProcessor {
    return {
      onStart: (span, parent) => inner.onStart(span, parent),
      onEnd: (span: ReadableSpan) => {
        if ((span.spanContext().traceFlags & 1) === 1) this.#ended();
        inner.onEnd(span);
      },
      forceFlush: () => inner.forceFlush(),
      shutdown: () => inner.shutdown(),
    };
  }

  #ended(): void {
    if (this.#waiting >= this.#maxQueueSize) this.counts.dropped += 1;
    else this.#waiting += 1;
  }
}
