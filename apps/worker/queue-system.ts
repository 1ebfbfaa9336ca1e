/** What traces call the queue: `sqlite`, `redis`, `runpod`. */
export function queueSystem(url: string): string {
  const [scheme = ''] = url.split(':', 1);
  return scheme.startsWith('redis') ? 'redis' : scheme;
}
