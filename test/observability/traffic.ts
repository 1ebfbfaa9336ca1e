import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from './client.ts';
import type { Span } from './prometheus-api.ts';
import { callOperations, eachBeat, heavyWork, lightWork, onceInHeavy } from './traffic-story.ts';
import { startWebhookReceiver } from './webhook-receiver.ts';
import type { Workers } from './workers.ts';

/** When there was little to do, and when there was more than the workers can do. */
export interface Traffic {
  readonly light: Span;
  readonly heavy: Span;
}

export type Clients = Readonly<Record<'main' | 'composed' | 'throttled' | 'exported' | 'serving', Client>>;

export interface TrafficOptions {
  readonly lightSeconds: number;
  readonly heavySeconds: number;
}

const beatMs = 250;

/** Plain HTTP requests at a bounded rate to every worker, and what operators do; devices move along. */
export async function runTraffic(workers: Workers, options: TrafficOptions): Promise<Traffic> {
  const clients: Clients = {
    main: new Client(workers.main.url, 'main'),
    composed: new Client(workers.composed.url, 'composed'),
    throttled: new Client(workers.throttled.url, 'throttled'),
    exported: new Client(workers.exported.url, 'exported'),
    serving: new Client(workers.serving.url, 'serving'),
  };
  const receiver = await startWebhookReceiver();
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const open = new Set<Promise<void>>();
  /** Nothing waits for an answer: a client that waits would be the slower, the slower the worker. */
  const send = (asked: Promise<unknown>): void => {
    const settled = asked.then(
      () => void open.delete(settled),
      // A request that is refused is traffic too.
      () => void open.delete(settled),
    );
    open.add(settled);
  };
  const phase = async (busy: number, work: typeof lightWork, lasts: number): Promise<Span> => {
    const from = Date.now() / 1000;
    const since = seconds();
    for (let beat = 0; seconds() - since < lasts; beat += 1) {
      for (const asked of eachBeat(clients, work, beat)) send(asked);
      if (beat % 4 === 0) for (const asked of callOperations(clients, receiver.url)) send(asked);
      workers.devices.show({ busy, seconds: seconds() });
      await sleep(Math.max(0, beatMs * (beat + 1) - 1000 * (seconds() - since)));
    }
    return { from, to: Date.now() / 1000 };
  };
  try {
    const light = await phase(0.05, lightWork, options.lightSeconds);
    for (const asked of onceInHeavy(clients, receiver.url)) send(asked);
    const heavy = await phase(0.95, heavyWork, options.heavySeconds);
    // What still waits would only hold up the end.
    await Promise.all(Object.values(clients).map((client) => client.call('POST', 'purge-queue')));
    return { light, heavy };
  } finally {
    await Promise.all(Object.values(clients).map((client) => client.close()));
    await Promise.all(open);
    await receiver.close();
  }
}
