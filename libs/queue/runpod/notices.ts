import type { OutboxNotice } from '../outbox/contract.ts';

/** What an operator may want in the log. A trouble is told when it begins, not at every try. */
export type RunpodNotice =
  | OutboxNotice
  /** `{ what, because }`: the worker goes without batches, stops, pings or streams (H1). */
  | 'runpod-route-missing'
  /** `{ status }`: the platform refuses the key (H4). */
  | 'take-refused'
  /** `{ error }` or `{ status }`: the platform cannot be asked for jobs (H4). */
  | 'take-failed'
  /** `{ problem }`: an answer of 200 that has no jobs in it (H5). */
  | 'take-not-understood'
  /** `{ id }`: a job without an id that is a text (H5). */
  | 'job-dropped'
  /** `{ jobId }`: it came again while this worker has it, and is not run twice. */
  | 'job-duplicate'
  /** `{ jobId, because }`: pings list it no longer, so that the platform sends it again: `retry` or `drain`. */
  | 'job-unlisted'
  /** `{ jobId, bytes }`: above 20 MB (H8). */
  | 'result-large'
  /** `{ jobId, bytes }`: not taken for its size, the job ends failed (H8). */
  | 'result-too-large'
  /** `{ jobId, problem }`: an output that JSON cannot hold (H7). */
  | 'result-not-json'
  /** `{ jobId, status }`: nobody wants it any more (H6). */
  | 'result-gone'
  /** `{ jobId, status }`: a chunk that the platform does not take is left out. */
  | 'chunk-dropped'
  /** `{ error }`: the platform hears nothing of the jobs held here (H11). */
  | 'ping-failed'
  /** `{ left }`: so many jobs found no place in a ping. */
  | 'ping-list-cut'
  /** `{ error }` or `{ status }`: cancelled jobs run on (H12). */
  | 'stop-failed';

export type Report = (event: RunpodNotice, fields: Readonly<Record<string, unknown>>) => void;
