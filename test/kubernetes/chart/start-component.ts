import { freePort, startCommand, type StandaloneProcess } from '../../e2e/standalone-process.ts';
import { containerOf, environmentOf } from './environment.ts';
import type { KubernetesObject } from './objects.ts';

export interface StartOptions {
  /** `redis://127.0.0.1:PORT` */
  readonly redis: string;
  /** What only a cluster has, and this machine has otherwise. */
  readonly instead?: Readonly<Record<string, string>>;
}

/** The built program with the arguments and the environment that the chart gives a component; only its addresses are of the loopback. */
export async function startComponent(
  objects: readonly KubernetesObject[],
  component: 'worker' | 'gateway',
  { redis, instead }: StartOptions,
): Promise<StandaloneProcess> {
  const container = containerOf(objects, component);
  const environment = environmentOf(container);
  const queue = new URL(environment['QUEUE_URL'] ?? '');
  queue.host = new URL(redis).host;
  return startCommand(container['args'] as readonly string[], {
    ...environment,
    QUEUE_URL: queue.href,
    BIND_ADDRESS: '127.0.0.1',
    PORT: String(await freePort()),
    ...instead,
  });
}
