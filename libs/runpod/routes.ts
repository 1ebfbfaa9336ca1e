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
  if (Object.hasOwn(operations, operation)) {
    return `/${operation} does not answer ${method} here. It takes ${operations[operation as keyof typeof operations]}.`;
  }
  return `There is no such route. Served under /v2/{endpoint}: ${Object.keys(operations).join(', ')}, openai/v1/….`;
}
