import { OTLPTraceExporter as GrpcExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { FlyballError } from '#libs/core';
import { StderrSpans } from './stderr-spans.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * What OTEL_TRACES_EXPORTER names; OTLP where it is not set. Addresses, headers and time-outs the exporters read themselves.
 * @throws {FlyballError} BAD_TRACING
 */
export function spanExporter(environment: Environment): SpanExporter {
  const name = environment['OTEL_TRACES_EXPORTER']?.trim() || 'otlp';
  if (name === 'console') return new StderrSpans();
  if (name === 'otlp') return otlpExporter(environment);
  throw new FlyballError('BAD_TRACING', `OTEL_TRACES_EXPORTER="${name}" is not known. Known: otlp, console, none.`);
}

function otlpExporter(environment: Environment): SpanExporter {
  const given = environment['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL'] || environment['OTEL_EXPORTER_OTLP_PROTOCOL'];
  const protocol = given?.trim() || 'http/protobuf';
  switch (protocol) {
    case 'http/protobuf':
      return new ProtobufExporter();
    case 'http/json':
      return new JsonExporter();
    case 'grpc':
      return new GrpcExporter();
    default:
      throw new FlyballError(
        'BAD_TRACING',
        `OTEL_EXPORTER_OTLP_PROTOCOL="${protocol}" is not known. Known: http/protobuf, http/json, grpc.`,
      );
  }
}
