import { setTimeout as sleep } from 'node:timers/promises';
import type { Clients } from './traffic.ts';

/** Jobs a second, and how long each takes, by worker. */
export type Work = Readonly<Record<keyof Clients, { readonly rate: number; readonly ms: number }>>;

export const lightWork: Work = {
  main: { rate: 2, ms: 200 },
  composed: { rate: 1, ms: 100 },
  throttled: { rate: 1, ms: 100 },
  exported: { rate: 1, ms: 100 },
  serving: { rate: 1, ms: 100 },
};

/** More than `main` can do at any limit that its device allows. */
export const heavyWork: Work = {
  main: { rate: 32, ms: 500 },
  composed: { rate: 8, ms: 400 },
  throttled: { rate: 8, ms: 400 },
  exported: { rate: 8, ms: 400 },
  serving: { rate: 8, ms: 400 },
};

/** The jobs of one quarter of a second; some fail, some miss their deadline. */
export function eachBeat(clients: Clients, work: Work, beat: number): readonly Promise<unknown>[] {
  return Object.entries(clients).flatMap(([name, client]) => {
    const { rate, ms } = work[name as keyof Clients];
    const count = Math.floor(((beat + 1) * rate) / 4) - Math.floor((beat * rate) / 4);
    return Array.from({ length: count }, (_, index) => {
      const nth = Math.floor((beat * rate) / 4) + index;
      // documented.py reads `delay`, many.mjs `sleep`.
      const input = { sleep: ms, delay: ms / 1000, ...(nth % 17 === 3 && { throw: 'no such model' }) };
      return client.run(input, nth % 13 === 2 ? { flyball: { deadline: ms / 2 } } : {});
    });
  });
}

/** Once a second: what clients do beside sending jobs. */
export function callOperations({ main }: Clients, webhooks: string): readonly Promise<unknown>[] {
  return [
    main.run({ sleep: 5 }, { webhook: `${webhooks}/taken` }),
    main.call('POST', 'runsync', { input: { sleep: 5 } }),
    main.call('GET', 'health'),
    main.call('GET', 'status/no-such-job'),
    cancelled(main),
    streamed(main),
    main.ask('GET', '/controller'),
    main.ask('GET', '/healthz'),
  ];
}

/**
 * What happens once: out of memory, tried again; out of time; a webhook that nobody takes; a handler process that dies; an
 * operator who takes over for a while. Late enough that every counter was scraped at 0 before.
 */
export function onceInHeavy({ main, composed, throttled }: Clients, webhooks: string): readonly Promise<unknown>[] {
  return [
    main.run({ sleep: 60_000 }, { policy: { executionTimeout: 5000 } }),
    main.run({ sleep: 1 }, { webhook: `${webhooks}/refused` }),
    composed.run({ throw: 'CUDA out of memory. Tried to allocate 2.00 GiB' }),
    throttled.run({ die: true }),
    takenOver(composed),
  ];
}

async function takenOver(client: Clients['composed']): Promise<void> {
  await client.ask('PUT', '/controller/override', { limit: 3, reason: 'a look at three', ttl: '4s', by: 'test' });
  await sleep(6000);
  await client.ask('PUT', '/controller/freeze', { reason: 'a look at rest', ttl: '4s', by: 'test' });
}

async function cancelled(client: Clients['main']): Promise<void> {
  const id = await client.run({ sleep: 10_000 });
  await client.call('POST', `cancel/${id}`);
}

async function streamed(client: Clients['main']): Promise<void> {
  const id = await client.run({ chunks: 3 });
  await client.call('GET', `status-sync/${id}?wait=5000`);
  await client.call('GET', `stream/${id}`);
}
