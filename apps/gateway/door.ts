import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Emit } from '#libs/observability';
import { keyCheck } from './api-keys.ts';
import { RateLimits } from './rate-limits.ts';
import type { RequestTraces } from './request-traces.ts';
import { Refusal } from './refusal.ts';
import type { GatewaySettings } from './settings.ts';

/**
 * What every request passes before its body is read: the key, the endpoint's name, the rates. Only under `/v2/`; it goes
 * by the route that matched, since a path can be written in more than one way.
 * @returns a hook for Fastify's `onRequest`; throws {@link Refusal}
 */
export function door(
  settings: GatewaySettings,
  now: () => number,
): (request: FastifyRequest, reply: FastifyReply) => void {
  const labelOf = keyCheck(settings.http.apiKeys);
  const limits = settings.http.rateLimits ? new RateLimits(now) : undefined;
  return (request, reply) => {
    const route = request.routeOptions.url;
    if (route?.startsWith('/v2/') !== true) return;
    // Fastify answers HEAD by the GET route; that of /stream would take chunks and give none.
    if (request.method === 'HEAD') throw new Refusal(405, 'HEAD is not answered here.', { allow: 'GET, POST' });
    const label = labelOf(request.headers.authorization);
    if (label === undefined) throw wrongKey();
    const { endpoint } = request.params as { readonly endpoint?: string };
    if (endpoint !== undefined && endpoint !== settings.endpointId) throw unknownEndpoint(settings.endpointId);
    const admission = limits?.admit(label, operationOf(route));
    if (admission === undefined) return;
    if ('retryAfterSeconds' in admission) throw tooMany(admission.retryAfterSeconds);
    reply.raw.once('close', admission.release);
  };
}

/** Emits one event for each request when it is over; 499 is a client that left before its answer. */
export function reportRequests(
  emit: Emit,
  traces: RequestTraces,
): (request: FastifyRequest, reply: FastifyReply) => void {
  return (request, reply) => {
    reply.raw.once('close', () => {
      const trace = traces.of(request);
      const status = reply.raw.writableFinished ? reply.raw.statusCode : 499;
      trace?.end(status);
      emit({
        type: 'http-request',
        operation: operationOf(request.routeOptions.url),
        status,
        durationMs: reply.elapsedTime,
        ...(trace?.ids && { trace: trace.ids }),
      });
    });
  };
}

/** The route's name, from the closed set of routes: `/v2/:endpoint/status/:id` is `status`. */
export function operationOf(route: string | undefined): string {
  const [first] = (route ?? '').replace('/v2/:endpoint', '').split('/').filter(Boolean);
  return first === undefined || /[*:]/.test(first) ? 'other' : first;
}

function wrongKey(): Refusal {
  const text = 'The API key is missing or wrong. Send "Authorization: Bearer KEY" with one of the server\'s API_KEYS.';
  return new Refusal(401, text, { 'www-authenticate': 'Bearer' });
}

function unknownEndpoint(served: string): Refusal {
  return new Refusal(404, `There is no such endpoint here. This server serves "${served}": use /v2/${served}/….`);
}

function tooMany(seconds: number): Refusal {
  return new Refusal(429, `Too many requests of this kind. Send the next in ${seconds} s.`, {
    'retry-after': `${seconds}`,
  });
}
