import type { Settings } from '#libs/config';
import { FlyballError } from '#libs/core';
import type { Emit } from '#libs/observability';
import { openRedisQueue, openSqliteQueue, type Queue } from '#libs/queue';

/**
 * The queue that QUEUE_URL names, with a client's side.
 * @param watches whether clients wait for changes of jobs here
 */
export async function openQueue(
  { queue, endpointId: endpoint }: Settings,
  { worker, emit, watches = true }: { readonly worker: string; readonly emit: Emit; readonly watches?: boolean },
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
    report: (event, fields) => emit({ type: 'notice', level: 'warn', event, fields }),
  });
}
