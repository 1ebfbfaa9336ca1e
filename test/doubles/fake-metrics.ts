import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetricsAnswer {
  readonly body: string;
  /** 200 when absent. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Answers only after so long. */
  readonly afterMs?: number;
  /** `never`: sends the body and keeps the connection open. `cut`: breaks off after it. `repeat`: sends it for ever. */
  readonly ending?: 'never' | 'cut' | 'repeat';
}

/** A page, an answer that is none, or what to answer to which request (the first is 1). */
export type MetricsPlan = string | MetricsAnswer | ((request: number) => string | MetricsAnswer);

export interface MetricsRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

export interface FakeMetrics {
  /** Without a path. */
  readonly url: string;
  /** Every request so far. */
  readonly requests: readonly MetricsRequest[];
  /** Connections that are open now. */
  connections(): Promise<number>;
  /** From now on. */
  show(plan: MetricsPlan): void;
  close(): Promise<void>;
}

/** A server of metrics on 127.0.0.1 that answers what it is told to: dcgm-exporter, a model server, or their faults. */
export async function startFakeMetrics(first: MetricsPlan = ''): Promise<FakeMetrics> {
  const requests: MetricsRequest[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let plan = first;
  const server = createServer((request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers });
    const planned = typeof plan === 'function' ? plan(requests.length) : plan;
    const answer = typeof planned === 'string' ? { body: planned } : planned;
    if (answer.afterMs === undefined) {
      send(response, answer);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      send(response, answer);
    }, answer.afterMs);
    timers.add(timer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    connections: () =>
      new Promise((resolve, reject) => {
        server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
      }),
    show: (next) => {
      plan = next;
    },
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function send(response: ServerResponse, { body, status = 200, headers, ending }: MetricsAnswer): void {
  response.writeHead(status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8', ...headers });
  switch (ending) {
    case undefined:
      response.end(body);
      return;
    case 'never':
      response.write(body);
      return;
    case 'cut':
      response.write(body, () => response.destroy());
      return;
    case 'repeat':
      repeat(response, body);
  }
}

function repeat(response: ServerResponse, body: string): void {
  if (response.destroyed) return;
  response.write(body, (error) => {
    if (error === null || error === undefined) setImmediate(repeat, response, body);
  });
}
