import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { Emit } from '#libs/observability';
import type { JobView, Queue } from '#libs/queue';
import { eventText, isFinal, openaiBody, openaiError, openaiFailure } from '#libs/runpod';
import { Hold, clientGone } from './hold.ts';
import { jobChunks } from './job-chunks.ts';
import type { JobWait } from './job-wait.ts';
import { Refusal, refusalOf } from './refusal.ts';

export interface OpenaiAnswerOptions {
  readonly queue: Queue;
  readonly jobs: JobWait;
  readonly emit: Emit;
  readonly shutdown: AbortSignal;
}

type Chunks = AsyncGenerator<unknown, JobView>;

/**
 * Answers an OpenAI request with what its job brings. Such a client has no id to come back with: when it leaves before
 * the end, the job is cancelled.
 */
export class OpenaiAnswer {
  readonly #options: OpenaiAnswerOptions;

  constructor(options: OpenaiAnswerOptions) {
    this.#options = options;
  }

  /** @throws {Refusal} while nothing has been sent */
  async send(id: string, isStream: boolean, reply: FastifyReply): Promise<void> {
    const hold = new Hold(Infinity, clientGone(reply), this.#options.shutdown);
    const chunks = this.#chunks(id, hold);
    const first = await chunks.next();
    if (!isStream || first.done === true) return await sendWhole(first, chunks, isStream, reply);
    // A stream that is broken off may never ask for another chunk.
    reply.raw.once('close', () => void chunks.return(undefined as never));
    void reply.headers(eventHeaders).send(Readable.from(eventsOf(first.value, chunks)));
  }

  async *#chunks(id: string, hold: Hold): Chunks {
    let isOver = false;
    try {
      const job = yield* jobChunks({ ...this.#options, id, signal: hold.signal });
      isOver = isFinal(job.status);
      if (!isOver) throw new Refusal(503, 'The server is shutting down. Send the request again.');
      return job;
    } finally {
      hold.close();
      if (!isOver) await this.#cancel(id);
    }
  }

  async #cancel(id: string): Promise<void> {
    try {
      await this.#options.queue.cancel(id);
    } catch (error) {
      const fields = { jobId: id, message: String(error) };
      this.#options.emit({ type: 'notice', level: 'warn', event: 'abandoned-job-not-cancelled', fields });
    }
  }
}

const eventHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
const endOfEvents = 'data: [DONE]\n\n';

async function sendWhole(
  step: IteratorResult<unknown, JobView>,
  chunks: Chunks,
  isStream: boolean,
  reply: FastifyReply,
): Promise<void> {
  const parts: unknown[] = [];
  while (step.done !== true) {
    parts.push(step.value);
    step = await chunks.next();
  }
  const job = step.value;
  if (job.status !== 'COMPLETED') {
    const { status, body } = openaiFailure(job);
    void reply.code(status).send(body);
    return;
  }
  const body = openaiBody(parts, job.output);
  if (isStream) void reply.headers(eventHeaders).send(`${eventText(body)}${endOfEvents}`);
  else void reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body ?? null));
}

/** The answer once its head is out: a failure can only be told as an event. */
async function* eventsOf(first: unknown, chunks: Chunks): AsyncGenerator<string> {
  yield eventText(first);
  try {
    for (;;) {
      const step = await chunks.next();
      if (step.done === true) {
        if (step.value.status !== 'COMPLETED') yield eventText(openaiFailure(step.value).body);
        return;
      }
      yield eventText(step.value);
    }
  } catch (error) {
    const refusal = refusalOf(error) ?? new Refusal(500, 'The server failed on this request. Send it again.');
    yield eventText(openaiError(refusal.status, refusal.message));
  }
}
