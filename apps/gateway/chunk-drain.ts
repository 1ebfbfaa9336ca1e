import type { FastifyReply } from 'fastify';
import type { Emit } from '#libs/observability';
import type { JobView, Queue } from '#libs/queue';
import { isFinal, streamPart, type Given, type StreamBody, type StreamPart } from '#libs/runpod';
import { Hold, clientGone, pause } from './hold.ts';
import type { JobWait } from './job-wait.ts';
import { unknownJob } from './refusal.ts';
import { Turns } from './turns.ts';

const answerBytes = 8 * 1_048_576;
const piecesPerAnswer = 8;
/** Chunks are gathered this long, so that a client that never sleeps asks about 24 times a second and no more. */
const gatherMs = 40;
/** How long `/stream` of a cancelled job says so: Python's client ends its loop only on the 404 after it. */
const cancelledMs = 60_000;

export interface ChunkDrainOptions {
  readonly queue: Queue;
  readonly jobs: JobWait;
  readonly emit: Emit;
  readonly shutdown: AbortSignal;
  /** Wall clock, ms since 1970. */
  readonly now: () => number;
}

interface Look {
  readonly job: JobView;
  readonly part: StreamPart;
  /** The queue has more chunks than one answer holds. */
  readonly more: boolean;
}

/**
 * Gives each chunk of a job once, in order, to whoever asks first. A chunk counts as given when the answer that holds it
 * is written; an answer that is cut before gives its chunks to the next.
 */
export class ChunkDrain {
  readonly #options: ChunkDrainOptions;
  readonly #turns = new Turns();
  /** Of jobs whose last answer is not settled in the queue: cut inside a long text, or not yet acknowledged. */
  readonly #given = new Map<string, Given>();

  constructor(options: ChunkDrainOptions) {
    this.#options = options;
  }

  /**
   * One answer of `/stream`, held at most `holdMs` while there is nothing to tell.
   * @throws {Refusal} 404 for a job that is unknown, expired, or was cancelled a minute ago
   */
  async answer(id: string, holdMs: number, reply: FastifyReply): Promise<StreamBody> {
    const gone = clientGone(reply);
    const hold = new Hold(holdMs, gone, this.#options.shutdown);
    const end = await this.#turns.take(id, hold.signal);
    try {
      if (end === undefined) {
        const { status } = await this.#options.jobs.now(id);
        // Somebody else's answer is on its way; the end is for whoever comes after the last chunk.
        return { status: isFinal(status) ? 'IN_PROGRESS' : status, stream: [] };
      }
      const { job, part, more } = await this.#gather(id, hold);
      if (gone.aborted) end();
      else this.#settleWhenWritten(id, part.given, reply, end);
      return { status: isFinal(job.status) && (more || part.cut) ? 'IN_PROGRESS' : job.status, stream: part.items };
    } catch (error) {
      end?.();
      throw error;
    } finally {
      hold.close();
    }
  }

  /** The job starts again: its chunks are numbered anew. */
  forget(id: string): void {
    this.#given.delete(id);
  }

  async #gather(id: string, hold: Hold): Promise<Look> {
    for (;;) {
      const change = this.#options.queue.changed(id, hold.signal);
      const look = await this.#look(id);
      if (isFinal(look.job.status) || hold.signal.aborted) return look;
      if (look.part.items.length > 0) {
        await pause(gatherMs, hold.signal);
        return await this.#look(id);
      }
      await change;
    }
  }

  async #look(id: string): Promise<Look> {
    // The state before the chunks: an end seen here has all its chunks in what is read next.
    const job = await this.#options.jobs.now(id);
    if (job.status === 'CANCELLED' && this.#options.now() - (job.endedAt ?? Infinity) > cancelledMs) throw unknownJob();
    const given = this.#given.get(id);
    // The queue could not take it when they were written: these are given, and are not given again.
    if (given?.seq !== undefined) await this.#settle(id, given);
    const { chunks, more } = await this.#options.queue.chunks(id, answerBytes);
    return { job, part: streamPart(chunks, { pieces: this.#given.get(id)?.pieces ?? 0 }, piecesPerAnswer), more };
  }

  #settleWhenWritten(id: string, given: Given, reply: FastifyReply, end: () => void): void {
    let isWritten = false;
    reply.raw.once('finish', () => {
      // Node also calls an answer finished whose connection was destroyed under it.
      isWritten = !reply.request.socket.destroyed && reply.raw.statusCode === 200;
      if (!isWritten) return;
      void this.#settle(id, given)
        .catch((error: unknown) => {
          const fields = { jobId: id, message: String(error) };
          this.#options.emit({ type: 'notice', level: 'warn', event: 'chunks-not-acknowledged', fields });
        })
        .finally(end);
    });
    reply.raw.once('close', () => {
      if (!isWritten) end();
    });
  }

  async #settle(id: string, given: Given): Promise<void> {
    this.#given.set(id, given);
    if (given.seq !== undefined) await this.#options.queue.acknowledgeChunks(id, given.seq);
    if (given.pieces === 0) this.#given.delete(id);
    this.#dropOldest();
  }

  // Clients that never come back for the rest of a long text must not fill the memory.
  #dropOldest(): void {
    const [oldest] = this.#given.keys();
    if (this.#given.size > 1_000 && oldest !== undefined) this.#given.delete(oldest);
  }
}
