import type { Server } from 'node:http';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import type { Emit, Tracing } from '#libs/observability';
import { parsePythonJson } from '#libs/runpod';
import { door, reportRequests } from './door.ts';
import { clientGone, pause } from './hold.ts';
import { operationOf } from './operation.ts';
import { Refusal } from './refusal.ts';
import { RequestTraces } from './request-traces.ts';
import type { GatewaySettings } from './settings.ts';
import { isPoll, isWorkerBody } from './workers/worker-routes.ts';

const mebibyte = 1_048_576;
const bodyLimits: Readonly<Record<string, number>> = {
  run: 10 * mebibyte,
  runsync: 20 * mebibyte,
  openai: 20 * mebibyte,
  'job-done': 20 * mebibyte,
  'job-stream': 20 * mebibyte,
};
/** RunPod's SDK asks again at once after most errors; so they are not told sooner. */
const errorHoldMs = 1_000;

export interface AdapterOptions {
  readonly settings: GatewaySettings;
  readonly emit: Emit;
  /** Where tracing is on. */
  readonly tracing?: Tracing | undefined;
  /** ms; `performance.now` unless given. */
  readonly now?: () => number;
}

/** The HTTP server as RunPod's clients need it: sizes, keep-alive, bodies whatever their content type, keys. */
export function createGatewayAdapter({
  settings,
  emit,
  tracing,
  now = () => performance.now(),
}: AdapterOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: mebibyte,
    // Above the pools of the clients (aiohttp: 15 s): a server that closes first can lose a request.
    keepAliveTimeout: 72_000,
    // Time to send a request, not to answer it.
    requestTimeout: 300_000,
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void => {
      const text = `The request cannot be read: ${error.message}. Check the address and its escapes.`;
      void reply.status(error.statusCode ?? 400).send({ error: text });
    },
    routerOptions: { ignoreDuplicateSlashes: true, maxParamLength: 512 },
    // A worker's ping names all its jobs in the query.
    http: { maxHeaderSize: 128 * 1_024 },
  });
  const server = adapter.getInstance();
  server.removeAllContentTypeParsers();
  adapter.useBodyParser('*', false, {}, (request, body, done) => {
    if (isWorkerBody(request.routeOptions.url)) done(null, body.toString());
    else readBody(body, emit, done);
  });
  server.addHook('onRoute', (route) => {
    const limit = bodyLimits[operationOf(route.url)];
    if (limit !== undefined && route.url.startsWith('/v2/')) route.bodyLimit = limit;
    if (isPoll(route.url)) route.onSend = holdError;
  });
  const traces = new RequestTraces(tracing);
  const report = reportRequests(emit, traces);
  const admit = door(settings, now);
  server.addHook('onRequest', (request, reply, done) => {
    report(request, reply);
    admit(request, reply);
    traces.begin(request);
    done();
  });
  server.addHook('preClose', (done) => {
    closeWhenIdle(server.server);
    done();
  });
  return adapter;
}

/** 429 has its own time, which the SDK keeps. */
async function holdError(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (reply.statusCode >= 400 && reply.statusCode !== 429) await pause(errorHoldMs, clientGone(reply));
}

/** Node closes the connections that are idle when the server closes, and waits a minute for those that become so later. */
function closeWhenIdle(server: Server): void {
  const timer = setInterval(() => server.closeIdleConnections(), 50).unref();
  server.once('close', () => clearInterval(timer));
}

/** JSON whatever the content type says, Python's too; an empty body is none, as clients cancel and purge with it. */
function readBody(body: Buffer, emit: Emit, done: (error: Error | null, body?: unknown) => void): void {
  if (body.length === 0) {
    done(null, undefined);
    return;
  }
  try {
    const { value, replaced } = parsePythonJson(body.toString());
    if (replaced > 0)
      emit({ type: 'notice', level: 'warn', event: 'non-finite-replaced', fields: { count: replaced } });
    done(null, value);
  } catch (error) {
    // The parser's message quotes the body, which is the client's own; it gets it back and no log does.
    const cause = error instanceof Error ? error.message : 'unreadable';
    done(new Refusal(400, `The body is no JSON: ${cause}. Send a JSON object, for example {"input": {"name": 1}}.`));
  }
}
