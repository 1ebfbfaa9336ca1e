import type { JobStatus, JobView } from '../contract.ts';
import { holderOf } from './token.ts';

/** A job as Redis has it: of BullMQ's hash the fields that are read, the token of its lock, and our side hash. */
export interface StoredJob {
  readonly id: string;
  readonly job: Readonly<Partial<Record<(typeof jobFields)[number], string>>>;
  readonly lock: string | null;
  readonly side: Side;
}

export const jobFields = ['timestamp', 'processedOn', 'finishedOn', 'returnvalue', 'progress', 'ats', 'pb'] as const;

/** Texts, as Redis has them. */
export interface Side {
  /** How the job ended, where it was not by an ordinary success. The first to write it has ended the job. */
  readonly status?: JobStatus;
  readonly error?: string;
  /** JSON */
  readonly output?: string;
  readonly ended?: string;
  readonly expired?: string;
  /** Kept of BullMQ's hash, which may be gone: submission and data. */
  readonly timestamp?: string;
  readonly data?: string;
  /** Attempts that count. */
  readonly attempts?: string;
  /** Of the last attempt that counts: start, length, worker. ms */
  readonly start?: string;
  readonly execution?: string;
  readonly worker?: string;
  /** A worker that is no process of ours has it, or ended it. */
  readonly foreign?: string;
  /** Attempts that were given back. */
  readonly given?: string;
  /** JSON of {@link PastAttempt}s. */
  readonly history?: string;
}

/** undefined where there is no such job. */
export function viewOf(stored: StoredJob): JobView | undefined {
  const { id, job, lock, side } = stored;
  const enqueuedAt = Number(job.timestamp ?? side.timestamp ?? Number.NaN);
  if (Number.isNaN(enqueuedAt)) return undefined;
  const base = { id, enqueuedAt, expired: side.expired === '1' };
  if (side.status !== undefined) return { ...base, ...ended(side, enqueuedAt) };
  const attempts = attemptsOf(stored);
  const retries = Math.max(0, attempts - 1);
  const processedOn = Number(job.processedOn ?? 0);
  if (job.finishedOn !== undefined) {
    return {
      ...base,
      status: 'COMPLETED',
      retries,
      delayTime: Math.max(0, processedOn - enqueuedAt),
      executionTime: Math.max(0, Number(job.finishedOn) - processedOn),
      endedAt: Number(job.finishedOn),
      ...worker(side.foreign ?? job.pb),
      ...outputOf(job.returnvalue),
    };
  }
  if (lock !== null) {
    return {
      ...base,
      status: 'IN_PROGRESS',
      retries,
      delayTime: Math.max(0, processedOn - enqueuedAt),
      ...worker(holderOf(lock).worker),
      ...progressOf(job.progress, attempts),
    };
  }
  return {
    ...base,
    status: 'IN_QUEUE',
    retries,
    ...(side.start !== undefined && { delayTime: Math.max(0, Number(side.start) - enqueuedAt) }),
    ...worker(side.worker),
  };
}

/** Attempts that began and were not given back. */
export function attemptsOf({ job, side }: Pick<StoredJob, 'job' | 'side'>): number {
  return Math.max(0, Number(job.ats ?? 0) - Number(side.given ?? 0));
}

function ended(side: Side, enqueuedAt: number): Omit<JobView, 'id' | 'enqueuedAt' | 'expired'> {
  const { status = 'FAILED', error, output, start, execution } = side;
  return {
    status,
    retries: Math.max(0, Number(side.attempts ?? 0) - 1),
    endedAt: Number(side.ended),
    ...(start !== undefined && { delayTime: Math.max(0, Number(start) - enqueuedAt) }),
    ...(execution !== undefined && { executionTime: Number(execution) }),
    ...worker(side.worker),
    ...(output !== undefined && { output: JSON.parse(output) as unknown }),
    ...(error !== undefined && { error }),
  };
}

function worker(name: string | undefined): { readonly workerId?: string } {
  return name === undefined || name === '' ? {} : { workerId: name };
}

/** A result is stored as a list of one, so that none and `null` differ. */
function outputOf(returnvalue: string | undefined): { readonly output?: unknown } {
  const [output, ...rest] = JSON.parse(returnvalue ?? '[]') as readonly unknown[];
  return output === undefined && rest.length === 0 ? {} : { output };
}

/** Of this attempt only: what an earlier one told is over. */
function progressOf(progress: string | undefined, attempt: number): { readonly output?: unknown } {
  if (progress === undefined) return {};
  const told = JSON.parse(progress) as { readonly attempt?: number; readonly data?: unknown } | number;
  return typeof told === 'object' && told.attempt === attempt ? { output: told.data } : {};
}
