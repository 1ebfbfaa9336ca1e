import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { JobView, Queue } from '#libs/queue';
import { endMessage, eventText, isFinal, openaiBody, openaiError, statusOfEnd } from '#libs/runpod';
import { Hold, clientGone } from './hold.ts';
import { jobChunks } from './job-chunks.ts';
import type { JobWait } from './job-wait.ts';
import { Refusal } from './refusal.ts';

export interface OpenaiAnswerOptions {
  readonly queue: Queue;
  readonly jobs: JobWait;
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
    if (!isStream || first.done === true) return await this.#sendWhole(first, chunks, isStream, reply);
    void reply.headers(eventHeaders).send(Readable.from(eventsOf(first.value, chunks)));
  }

  async #sendWhole(
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
    if (job.status !== 'COMPLETED') throw new Refusal(statusOfEnd(job.status), endMessage(job));
    const body = openaiBody(parts, job.output);
    if (isStream) void reply.headers(eventHeaders).send(`${eventText(body)}${endOfEvents}`);
    else void reply.header('content-type', 'application/json; charset=utf-8').send(JSON.stringify(body ?? null));
  }

  async *#chunks(id: string, hold: Hold): Chunks {
    let isOver = false;
    try {
      const job = yield* jobChunks({ ...this.#options, id, signal: hold.signal });
      isOver = isFinal(job.status);
      if (!isOver)
        throw new Refusal(503, 'The server is shutting down. Send the request again.', { 'retry-after': '5' });
      return job;
    } finally {
      hold.close();
      if (!isOver) await this.#options.queue.cancel(id);
    }
  }
}

const eventHeaders = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-cache' };
const endOfEvents = 'data: [DONE]\n\n';

/** The rest of the answer once its head is out: an error can only be told as an event. */
async function* eventsOf(first: unknown, chunks: Chunks): AsyncGenerator<string> {
  yield eventText(first);
  try {
    for (;;) {
      const step = await chunks.next();
      if (step.done !== true) yield eventText(step.value);
      else {
        if (step.value.status !== 'COMPLETED') yield errorEvent(statusOfEnd(step.value.status), endMessage(step.value));
        return;
      }
    }
  } catch (error) {
    yield errorEvent(
      error instanceof Refusal ? error.status : 500,
      error instanceof Error ? error.message : String(error),
    );
  } finally {
    await chunks.return(undefined as never);
  }
}

function errorEvent(status: number, message: string): string {
  return eventText(openaiError(status, message));
}
