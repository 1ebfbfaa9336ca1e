import { trace } from '@opentelemetry/api';
import { defaultResource, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { BatchSpanProcessor } from '@opentelemetry/sdk-trace';
import { ATTR_SERVICE_INSTANCE_ID, ATTR_SERVICE_NAME, ATTR_SERVICE_VERSION } from '@opentelemetry/semantic-conventions';
import { FlyballError } from '#libs/core';
import { CountedSpans, type SpanCounts } from './counted-spans.ts';
import { samplerOf } from './sampler.ts';
import type { QueueIdentity } from './span-attributes.ts';
import { spanExporter } from './span-exporters.ts';
import { Tracing } from './tracing.ts';

export interface StartTracingOptions extends QueueIdentity {
  /** Where the standard `OTEL_*` variables are. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly version: string;
  /** The worker id: it tells instances apart. */
  readonly instance: string;
  /** Wall clock, ms since 1970. */
  readonly wall: () => number;
}

export interface OpenTracing {
  readonly tracing: Tracing;
  readonly spans: () => Readonly<SpanCounts>;
  /** Sends what waits, for at most 5 s. */
  close(): Promise<void>;
}

/** At 5,000 spans/s one export of the SDK's own 512 stalls the event loop twice as long. */
const defaultBatch = 256;
const defaultQueue = 2048;
const closeGraceMs = 5000;

/**
 * Starts OpenTelemetry's SDK for traces alone: metrics are prom-client's, logs are lines.
 * @throws {FlyballError} BAD_TRACING
 */
export function startTracing(options: StartTracingOptions): OpenTracing {
  const { environment, version, instance, queue, system, wall } = options;
  const maxQueueSize = positive(environment, 'OTEL_BSP_MAX_QUEUE_SIZE', defaultQueue);
  const maxExportBatchSize = positive(
    environment,
    'OTEL_BSP_MAX_EXPORT_BATCH_SIZE',
    Math.min(defaultBatch, maxQueueSize),
  );
  const counted = new CountedSpans(maxQueueSize);
  const batches = new BatchSpanProcessor({
    exporter: counted.exporter(spanExporter(environment)),
    maxQueueSize,
    maxExportBatchSize,
    scheduledDelayMillis: positive(environment, 'OTEL_BSP_SCHEDULE_DELAY', 5000),
    exportTimeoutMillis: positive(environment, 'OTEL_BSP_EXPORT_TIMEOUT', 30_000),
  });
  const service = {
    [ATTR_SERVICE_NAME]: 'flyball',
    [ATTR_SERVICE_VERSION]: version,
    [ATTR_SERVICE_INSTANCE_ID]: instance,
  };
  const sdk = new NodeSDK({
    resource: defaultResource().merge(resourceFromAttributes(service)),
    // The others tell the command line and who runs it.
    resourceDetectors: [envDetector],
    sampler: samplerOf(environment),
    spanProcessors: [counted.processor(batches)],
    metricReaders: [],
    logRecordProcessors: [],
    instrumentations: [],
  });
  sdk.start();
  const tracer = trace.getTracer('flyball', version);
  return {
    tracing: new Tracing({ tracer, queue, system, wall }),
    spans: () => counted.counts,
    close: () => withinGrace(sdk.shutdown()),
  };
}

/** A collector that does not answer must not hold up the stop; what it does not take is lost. */
async function withinGrace(shutdown: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const grace = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, closeGraceMs);
  });
  await Promise.race([shutdown.catch(() => undefined), grace]);
  clearTimeout(timer);
}

function positive(environment: StartTracingOptions['environment'], variable: string, otherwise: number): number {
  const given = environment[variable]?.trim() || undefined;
  if (given === undefined) return otherwise;
  const number = Number(given);
  if (Number.isInteger(number) && number > 0) return number;
  throw new FlyballError('BAD_TRACING', `${variable}="${given}" is no number above 0. Give one, or leave it out.`);
}
