const operations = {
  run: 'POST',
  runsync: 'POST',
  status: 'GET or POST, with the job id',
  'status-sync': 'GET or POST, with the job id',
  stream: 'GET or POST, with the job id',
  cancel: 'POST, with the job id',
  retry: 'POST, with the job id',
  'purge-queue': 'POST',
  health: 'GET',
} as const satisfies Readonly<Record<string, string>>;

const workerOperations = {
  'job-take': 'GET, with the worker id',
  'job-take-batch': 'GET, with the worker id',
  'job-stop': 'GET, with the worker id',
  'job-done': 'POST, with the worker id and the job id',
  'job-stream': 'POST, with the worker id and the job id',
  ping: 'GET, with the worker id',
} as const satisfies Readonly<Record<string, string>>;

const known: Readonly<Record<string, string>> = { ...operations, ...workerOperations };

/**
 * What to tell a client that asked for a route that is not served.
 * @param path below `/v2/{endpoint}/`
 */
export function unknownRoute(method: string, path: string): string {
  const operation = path.split('/')[0] ?? '';
  if (operation === 'requests') {
    return '/requests is not served: its form is not public. Ask for each job with /status/{id}.';
  }
  if (operation.startsWith('batch')) {
    return '/batch is not served. Send one /run per job; ask for each with /status/{id}.';
  }
  if (Object.hasOwn(known, operation)) {
    return `/${operation} does not answer ${method} here. It takes ${known[operation]}.`;
  }
  const forWorkers = Object.keys(workerOperations).join(', ');
  return `There is no such route. Served under /v2/{endpoint}: ${Object.keys(operations).join(', ')}, openai/v1/…; for workers ${forWorkers}.`;
}
