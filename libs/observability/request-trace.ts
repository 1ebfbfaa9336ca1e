import { ROOT_CONTEXT, SpanKind, trace, type Span, type Tracer } from '@opentelemetry/api';
import {
  ATTR_HTTP_REQUEST_METHOD,
  ATTR_HTTP_RESPONSE_STATUS_CODE,
  ATTR_HTTP_ROUTE,
  ATTR_URL_PATH,
  ATTR_URL_SCHEME,
} from '@opentelemetry/semantic-conventions';
import { fail } from './span-attributes.ts';
import { remoteSpan, sampledIds, traceparentOf, tracestateOf } from './trace-context.ts';
import type { TraceIds } from './trace-ids.ts';

export interface RequestFacts {
  readonly method: string;
  /** `/v2/:endpoint/run` */
  readonly route: string;
  /** Without its query, which may hold secrets. */
  readonly path: string;
  /** The client's own headers. */
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

/** One HTTP request that was let in: the root of its trace, or a child of the client's. */
export class RequestTrace {
  readonly ids: TraceIds | undefined;
  /** What is done for this request continues it. */
  readonly traceparent: string;
  readonly tracestate: string | undefined;
  readonly #span: Span;

  constructor(tracer: Tracer, queue: string, { method, route, path, traceparent, tracestate }: RequestFacts) {
    const client = remoteSpan(traceparent, tracestate);
    const parent = client === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, client);
    const pattern = route.replaceAll(/:(\w+)/g, '{$1}');
    const attributes = {
      'flyball.queue': queue,
      [ATTR_HTTP_REQUEST_METHOD]: method,
      [ATTR_HTTP_ROUTE]: pattern,
      [ATTR_URL_PATH]: path,
      [ATTR_URL_SCHEME]: 'http',
    };
    this.#span = tracer.startSpan(`${method} ${pattern}`, { kind: SpanKind.SERVER, attributes }, parent);
    const own = this.#span.spanContext();
    this.ids = sampledIds(own);
    this.traceparent = traceparentOf(own);
    this.tracestate = tracestateOf(own);
  }

  end(status: number): void {
    this.#span.setAttribute(ATTR_HTTP_RESPONSE_STATUS_CODE, status);
    if (status >= 500) fail(this.#span, String(status), undefined);
    this.#span.end();
  }
}
