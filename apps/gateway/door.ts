import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Emit } from '#libs/observability';
import { keyCheck } from './api-keys.ts';
import { operationOf } from './operation.ts';
import { RateLimits } from './rate-limits.ts';
import type { RequestTraces } from './request-traces.ts';
import { Refusal } from './refusal.ts';
import type { GatewaySettings } from './settings.ts';
import { isWorkerRoute } from './workers/worker-routes.ts';

/**
 * What every request passes before its body is read: the key, the endpoint's name, the rates. Only under `/v2/` and where
 * workers call; it goes by the route that matched, since a path can be written in more than one way. Workers need
 * operators' keys, where there are any, and have no rates: a result that is refused is lost.
 * @returns a hook for Fastify's `onRequest`; throws {@link Refusal}
 */
export function door(
  settings: GatewaySettings,
  now: () => number,
): (request: FastifyRequest, reply: FastifyReply) => void {
  const { apiKeys, adminKeys } = settings.http;
  const clientOf = keyCheck(apiKeys);
  const workerOf = keyCheck(adminKeys.length > 0 ? adminKeys : apiKeys);
  const limits = settings.http.rateLimits ? new RateLimits(now) : undefined;
  return (request, reply) => {
    const route = request.routeOptions.url;
    const isWorker = isWorkerRoute(route);
    if (route === undefined || !(route.startsWith('/v2/') || isWorker)) return;
    // Fastify answers HEAD by the GET route; that of /stream would take chunks and give none.
    if (request.method === 'HEAD') throw new Refusal(405, 'HEAD is not answered here.', { allow: 'GET, POST' });
    const label = (isWorker ? workerOf : clientOf)(request.headers.authorization);
    if (label === undefined) throw wrongKey(isWorker && adminKeys.length > 0 ? 'ADMIN_KEYS' : 'API_KEYS');
    const { endpoint } = request.params as { readonly endpoint?: string };
    if (endpoint !== undefined && endpoint !== settings.endpointId) throw unknownEndpoint(settings.endpointId);
    const admission = isWorker ? undefined : limits?.admit(label, operationOf(route));
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

function wrongKey(keys: 'API_KEYS' | 'ADMIN_KEYS'): Refusal {
  const text = `[WRONG_KEY] The API key is missing or wrong. Send "Authorization: Bearer KEY" with one of the server's ${keys}.`;
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
