import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

export interface SlowProxy {
  readonly port: number;
  /** Each way, ms; 0 passes at once. */
  delay(ms: number): void;
  /** Cuts every connection there is. */
  cut(): void;
  close(): Promise<void>;
}

/** A TCP relay on the loopback interface whose delay can be turned up; what is sent arrives in order. */
export async function startSlowProxy(target: number): Promise<SlowProxy> {
  const sockets = new Set<Socket>();
  let delayMs = 0;
  const server = createServer((from) => {
    const to = connect(target, '127.0.0.1');
    for (const [socket, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('data', (data) => later(() => other.write(data)));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        sockets.delete(socket);
        later(() => other.destroy());
      });
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  /** Timers of one length fire in their order; a shorter one must not overtake those before it. */
  let last = 0;
  function later(run: () => void): void {
    const at = Math.max(performance.now() + delayMs, last);
    last = at;
    const wait = at - performance.now();
    if (wait <= 0) run();
    else setTimeout(run, wait);
  }
  return {
    port: (server.address() as AddressInfo).port,
    delay: (ms) => (delayMs = ms),
    cut() {
      for (const socket of sockets) socket.destroy();
    },
    async close() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}
