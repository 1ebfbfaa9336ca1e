import { join } from 'node:path';
import type { Settings } from '#libs/config';
import { FlyballError } from '#libs/core';
import type { Emit } from '#libs/observability';
import { noticeOf } from '../worker/notice-of.ts';
import { openRedisQueue, openSqliteQueue, type Queue } from '#libs/queue';

export interface OpenQueueOptions {
  /** Name of the worker that takes. */
  readonly worker: string;
  readonly emit: Emit;
  /** Clients wait for changes of jobs here; default true. */
  readonly watches?: boolean;
  /** Results are made here, and are kept on disk while a Redis takes none. */
  readonly runsJobs?: boolean;
}

/** The queue that QUEUE_URL names, with a client's side. */
export async function openQueue(
  { queue, endpointId: endpoint }: Settings,
  { worker, emit, watches = true, runsJobs = false }: OpenQueueOptions,
): Promise<Queue> {
  const { url, username, password, attempts, limit } = queue;
  if (url === 'runpod:') {
    throw new FlyballError('NO_CLIENT_SIDE', 'QUEUE_URL=runpod: has jobs for workers only. Start "flyball worker".');
  }
  if (url.startsWith('sqlite:')) {
    return openSqliteQueue({
      path: url.slice('sqlite:'.length),
      endpoint,
      worker,
      attempts,
      limit,
      report: (event, fields) => emit({ type: 'notice', level: 'warn', event, fields }),
    });
  }
  return openRedisQueue({
    url,
    username,
    password,
    endpoint,
    worker,
    attempts,
    limit,
    watches,
    ...(runsJobs && {
      outbox: {
        folder: join(queue.outbox, endpoint),
        tried: (result, jobId) => emit({ type: 'outbox', jobId, result }),
        report: (event, fields) => emit(noticeOf(event, fields)),
      },
    }),
    report: (event, fields) => emit({ type: 'notice', level: 'warn', event, fields }),
  });
}
