import { ROOT_CONTEXT } from '@opentelemetry/api';
import { BatchSpanProcessor, InMemorySpanExporter, TracerProvider } from '@opentelemetry/sdk-trace';
import { expect, it } from 'vitest';
import { CountedSpans } from './counted-spans.ts';

it('counts what the batch processor exports, drops and fails to send', async () => {
  const counted = new CountedSpans(3);
  let works = true;
  const memory = new InMemorySpanExporter();
  const exporter = counted.exporter({
    export: (spans, done) => (works ? memory.export(spans, done) : done({ code: 1 })),
    shutdown: () => memory.shutdown(),
  });
  const batches = new BatchSpanProcessor({
    exporter,
    maxQueueSize: 3,
    maxExportBatchSize: 3,
    scheduledDelayMillis: 60_000,
  });
  const provider = new TracerProvider({ spanProcessors: [counted.processor(batches)] });
  const tracer = provider.getTracer('test');
  const end = (count: number): void => {
    for (let i = 0; i < count; i += 1) tracer.startSpan('span', { root: true }, ROOT_CONTEXT).end();
  };
  end(2);
  await provider.forceFlush();
  expect(counted.counts).toEqual({ exported: 2, dropped: 0, failed: 0 });
  works = false;
  end(2);
  await provider.forceFlush().catch(() => undefined);
  expect(counted.counts).toEqual({ exported: 2, dropped: 0, failed: 2 });
  works = true;
  // The third starts an export, which takes all three away at once; the line is empty again.
  end(7);
  await provider.forceFlush();
  const { exported, dropped } = counted.counts;
  expect(exported - 2 + dropped).toBe(7);
  expect(memory.getFinishedSpans()).toHaveLength(exported);
  await provider.shutdown();
});
