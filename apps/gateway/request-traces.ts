import type { FastifyRequest } from 'fastify';
import type { RequestTrace, Tracing } from '#libs/observability';
import { isWorkerRoute } from './workers/worker-routes.ts';

/** Asked every few seconds by machines, and never by a job's client. */
const untraced: ReadonlySet<string> = new Set(['/metrics', '/healthz', '/readyz']);

/** The spans of requests under way, where tracing is on. What a worker tells of an attempt belongs to the attempt's own trace. */
export class RequestTraces {
  readonly #tracing: Tracing | undefined;
  readonly #traces = new WeakMap<FastifyRequest, RequestTrace>();

  constructor(tracing: Tracing | undefined) {
    this.#tracing = tracing;
  }

  /** Of a request that was let in: strangers make no spans. What is done for it finds our span in its headers. */
  begin(request: FastifyRequest): void {
    const route = request.routeOptions.url;
    if (this.#tracing === undefined || route === undefined || untraced.has(route) || isWorkerRoute(route)) return;
    const { headers, method, url } = request;
    const [path = url] = url.split('?', 1);
    const trace = this.#tracing.request({
      method,
      route,
      path,
      traceparent: headers['traceparent']?.toString(),
      tracestate: headers['tracestate']?.toString(),
    });
    // As a proxy does.
    headers['traceparent'] = trace.traceparent;
    this.#traces.set(request, trace);
  }

  of(request: FastifyRequest): RequestTrace | undefined {
    return this.#traces.get(request);
  }
}
