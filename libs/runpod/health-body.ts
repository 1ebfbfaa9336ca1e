/** Jobs in each state; final ones since the queue was made. */
export interface JobTotals {
  readonly waiting: number;
  readonly lowPriority: number;
  readonly leased: number;
  readonly completed: number;
  readonly failed: number;
  readonly timedOut: number;
  readonly retried: number;
}

/** Workers in each state. A warm worker is either `idle` (free) or `running` (has at least one job). */
export interface WorkerCounts {
  readonly idle: number;
  readonly initializing: number;
  readonly running: number;
  readonly throttled: number;
  readonly unhealthy: number;
}

/** The eleven keys of `/health`. */
export interface HealthBody {
  readonly jobs: Readonly<Record<'completed' | 'failed' | 'inProgress' | 'inQueue' | 'retried', number>>;
  readonly workers: Readonly<Record<'idle' | 'initializing' | 'ready' | 'running' | 'throttled' | 'unhealthy', number>>;
}

/**
 * `inProgress` counts jobs, `running` workers; a free warm worker is `idle` and `ready`, a busy one `running` only.
 * RunPod has no counter of timed-out jobs: here they are among the failed, so that no end is missing.
 */
export function healthBody(jobs: JobTotals, workers: WorkerCounts): HealthBody {
  return {
    jobs: {
      completed: jobs.completed,
      failed: jobs.failed + jobs.timedOut,
      inProgress: jobs.leased,
      inQueue: jobs.waiting + jobs.lowPriority,
      retried: jobs.retried,
    },
    workers: {
      idle: workers.idle,
      initializing: workers.initializing,
      ready: workers.idle,
      running: workers.running,
      throttled: workers.throttled,
      unhealthy: workers.unhealthy,
    },
  };
}
