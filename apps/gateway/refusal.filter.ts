import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Emit } from '#libs/observability';
import { openaiError } from '#libs/runpod';
import { Refusal, refusalOf } from './refusal.ts';
import { posted } from './workers/called.ts';
import type { Results } from './workers/results.ts';
import { isWorkerBody } from './workers/worker-routes.ts';

/** Every failure of every route as `{"error": "<text with the next step>"}`, or in OpenAI's form under its routes. */
@Catch()
export class RefusalFilter implements ExceptionFilter {
  readonly #emit: Emit;
  readonly #results: Pick<Results, 'tooLarge'>;

  constructor(emit: Emit, results: Pick<Results, 'tooLarge'>) {
    this.#emit = emit;
    this.#results = results;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const refusal = refusalOf(error) ?? refusalOfFramework(error, request) ?? this.#defect(error);
    // Bytes of another answer are already out: all that is left is to break it off visibly.
    if (reply.sent || reply.raw.headersSent) {
      reply.raw.destroy();
      return;
    }
    if (refusal.status === 413) keepConnection(request, reply);
    if (refusal.status === 413 && isWorkerBody(request.routeOptions.url)) void this.#endJob(refusal, request, reply);
    else send(refusal, request, reply);
  }

  /** A worker whose result is refused forgets the job: it needs its end first. */
  async #endJob(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    try {
      await this.#results.tooLarge(posted(request), limitOf(request));
      send(refusal, request, reply);
    } catch (error) {
      send(refusalOf(error) ?? this.#defect(error), request, reply);
    }
  }

  #defect(error: unknown): Refusal {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    this.#emit({ type: 'notice', level: 'error', event: 'request-failed', fields: { name, message, stack } });
    return new Refusal(500, 'The server failed on this request; its log says why. Send it again, or report it.');
  }
}

function send(refusal: Refusal, request: FastifyRequest, reply: FastifyReply): void {
  const isOpenai = request.routeOptions.url?.includes('/openai/') ?? false;
  void reply
    .code(refusal.status)
    .headers(refusal.headers)
    .send(isOpenai ? openaiError(refusal.status, refusal.message) : { error: refusal.message });
}

function refusalOfFramework(error: unknown, request: FastifyRequest): Refusal | undefined {
  if (!(error instanceof HttpException)) return undefined;
  const status = error.getStatus();
  if (status === 413) {
    return new Refusal(
      413,
      `The body is above the limit of this route, ${limitOf(request)}. Send large data by reference, as a URL.`,
    );
  }
  if (status === 404) {
    return new Refusal(
      404,
      `There is no such route. The endpoint API is under /v2/{endpoint}/, for example /v2/{endpoint}/run.`,
    );
  }
  return new Refusal(status, error.message);
}

function limitOf(request: FastifyRequest): string {
  return `${Math.round((request.routeOptions.bodyLimit / 1_048_576) * 10) / 10} MiB`;
}

const longestDrain = 256 * 1_048_576;

// A client still sending would see a reset instead of the 413. Node reads off the rest of a reasonable body, within
// the request timeout; Fastify would close at once.
function keepConnection(request: FastifyRequest, reply: FastifyReply): void {
  if (Number(request.headers['content-length'] ?? 0) <= longestDrain) void reply.removeHeader('connection');
}
