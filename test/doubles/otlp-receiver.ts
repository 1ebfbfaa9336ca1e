import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import protobuf from 'protobufjs';
import { traceSchema } from './otlp-trace-schema.ts';

/** A span as a collector has it: ids in hex, times in ns since 1970. */
export interface ReceivedSpan {
  readonly name: string;
  readonly kind: 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER';
  readonly traceId: string;
  readonly spanId: string;
  /** '' of a root. */
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly start: bigint;
  readonly end: bigint;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly events: readonly string[];
  readonly error: string | undefined;
}

export interface OtlpReceiver {
  /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  /** Resolves when `done` holds of what has come. @throws after `withinMs`, with what has come */
  until(done: (spans: readonly ReceivedSpan[]) => boolean, withinMs?: number): Promise<readonly ReceivedSpan[]>;
  close(): Promise<void>;
}

const kinds = { 1: 'INTERNAL', 2: 'SERVER', 3: 'CLIENT', 4: 'PRODUCER', 5: 'CONSUMER' } as const;

/** A real HTTP server that takes OTLP's protobuf at `/v1/traces`, as a collector does. */
export async function startOtlpReceiver(): Promise<OtlpReceiver> {
  const request = protobuf.parse(traceSchema).root.lookupType('ExportTraceServiceRequest');
  const spans: ReceivedSpan[] = [];
  const server = createServer((incoming, answer) => {
    void bodyOf(incoming).then((body) => {
      const isTraces = incoming.url === '/v1/traces' && incoming.headers['content-type'] === 'application/x-protobuf';
      if (isTraces) spans.push(...spansOf(request.toObject(request.decode(body), { bytes: Buffer }) as Exported));
      answer.writeHead(isTraces ? 200 : 404, { 'content-type': 'application/x-protobuf' }).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    async until(done, withinMs = 15_000) {
      const started = performance.now();
      while (!done(spans)) {
        if (performance.now() - started > withinMs) {
          throw new Error(`not after ${withinMs} ms; came: ${spans.map(({ name }) => name).join(', ')}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      return spans;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

interface KeyValue {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Exported {
  readonly resourceSpans: readonly {
    readonly resource?: { readonly attributes?: readonly KeyValue[] };
    readonly scopeSpans: readonly { readonly spans: readonly RawSpan[] }[];
  }[];
}

interface RawSpan {
  readonly name: string;
  readonly kind: keyof typeof kinds;
  readonly traceId: Buffer;
  readonly spanId: Buffer;
  readonly parentSpanId?: Buffer;
  readonly traceState?: string;
  readonly startTimeUnixNano: { toString(): string };
  readonly endTimeUnixNano: { toString(): string };
  readonly attributes?: readonly KeyValue[];
  readonly events?: readonly { readonly name: string }[];
  readonly links?: readonly { readonly traceId: Buffer; readonly spanId: Buffer }[];
  readonly status?: { readonly code?: number; readonly message?: string };
}

function spansOf({ resourceSpans }: Exported): readonly ReceivedSpan[] {
  return resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans.map((span) => spanOf(span, attributesOf(resource?.attributes)))),
  );
}

function spanOf(span: RawSpan, resource: ReceivedSpan['resource']): ReceivedSpan {
  return {
    name: span.name,
    kind: kinds[span.kind],
    traceId: span.traceId.toString('hex'),
    spanId: span.spanId.toString('hex'),
    parentSpanId: span.parentSpanId?.toString('hex') ?? '',
    traceState: span.traceState ?? '',
    start: BigInt(span.startTimeUnixNano.toString()),
    end: BigInt(span.endTimeUnixNano.toString()),
    attributes: attributesOf(span.attributes),
    resource,
    links: (span.links ?? []).map(({ traceId, spanId }) => ({
      traceId: traceId.toString('hex'),
      spanId: spanId.toString('hex'),
    })),
    events: (span.events ?? []).map(({ name }) => name),
    error: span.status?.code === 2 ? (span.status.message ?? '') : undefined,
  };
}

function attributesOf(pairs: readonly KeyValue[] = []): Readonly<Record<string, unknown>> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, plain(Object.values(value)[0])]));
}

/** Whole numbers come as 64-bit objects. */
function plain(value: unknown): unknown {
  const isLong = typeof value === 'object' && value !== null && 'low' in value && 'high' in value;
  return isLong ? Number(value.low) + Number(value.high) * 2 ** 32 : value;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}
