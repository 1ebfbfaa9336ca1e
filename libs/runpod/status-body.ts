/** The six states of RunPod's API, and no other. */
export type RunpodStatus = 'IN_QUEUE' | 'IN_PROGRESS' | 'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TIMED_OUT';

/** What is known of a job; times in ms. */
export interface JobFacts {
  readonly id: string;
  readonly status: RunpodStatus;
  readonly delayTime?: number;
  readonly executionTime?: number;
  readonly retries: number;
  readonly workerId?: string;
  readonly output?: unknown;
  readonly error?: string;
}

/** The body of `/status`; clients decode its times into integers and stop at any `error`. */
export interface StatusBody {
  readonly id: string;
  readonly status: RunpodStatus;
  readonly delayTime?: number;
  readonly executionTime?: number;
  readonly retries?: number;
  readonly workerId?: string;
  readonly output?: unknown;
  readonly error?: string;
}

export function isFinal(status: RunpodStatus): boolean {
  return status !== 'IN_QUEUE' && status !== 'IN_PROGRESS';
}

/** The state now: only id, status and retries while queued, the last progress as `output` while running. */
export function statusBody(job: JobFacts): StatusBody {
  const { id, status, retries, workerId, output } = job;
  const start = { id, status, ...(retries > 0 ? { retries } : {}) };
  if (status === 'IN_QUEUE') return start;
  return {
    ...start,
    ...milliseconds('delayTime', job.delayTime),
    ...(isFinal(status) ? milliseconds('executionTime', job.executionTime) : {}),
    ...(workerId === undefined ? {} : { workerId }),
    ...(output === undefined ? {} : { output }),
    ...(isFinal(status) && job.error !== undefined ? { error: job.error } : {}),
  };
}

/** The answer when a wait ends before the job: clients go on asking. */
export function unfinishedBody(job: JobFacts): StatusBody {
  return { id: job.id, status: job.status };
}

/** The body of `/cancel`; the JavaScript client's type has both times always. */
export function cancelBody(job: JobFacts): StatusBody {
  return {
    id: job.id,
    status: job.status,
    delayTime: Math.round(job.delayTime ?? 0),
    executionTime: Math.round(job.executionTime ?? 0),
  };
}

function milliseconds(key: 'delayTime' | 'executionTime', value: number | undefined): Partial<StatusBody> {
  return value === undefined ? {} : { [key]: Math.round(value) };
}
