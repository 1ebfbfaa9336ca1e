import type { JobView, Queue } from '#libs/queue';
import { isFinal } from '#libs/runpod';
import type { JobWait } from './job-wait.ts';

const readBytes = 1_048_576;

export interface JobChunksOptions {
  readonly queue: Queue;
  readonly jobs: JobWait;
  readonly id: string;
  /** Aborted: ends with the job as it is then. */
  readonly signal: AbortSignal;
}

/**
 * The chunks of a job as they come, each taken out of the queue; returns the job at its end.
 * @throws {Refusal} 404 when the job expires
 */
export async function* jobChunks({ queue, jobs, id, signal }: JobChunksOptions): AsyncGenerator<unknown, JobView> {
  for (;;) {
    const change = queue.changed(id, signal);
    const job = await jobs.now(id);
    const { chunks, more } = await queue.chunks(id, readBytes);
    for (const { data } of chunks) yield data;
    const last = chunks.at(-1);
    if (last !== undefined) await queue.acknowledgeChunks(id, last.seq);
    if (signal.aborted || (isFinal(job.status) && !more)) return job;
    if (!more) await change;
  }
}
