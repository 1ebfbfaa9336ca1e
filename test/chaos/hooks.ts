import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Hooks {
  readonly url: string;
  /** Deliveries by job. */
  readonly delivered: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Takes webhooks, and refuses one in ten once: those are sent again. A gateway gives up after three refusals. */
export async function startHooks(): Promise<Hooks> {
  const delivered = new Map<string, number>();
  const refused = new Set<string>();
  let asked = 0;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { id } = JSON.parse(body) as { readonly id: string };
      asked += 1;
      if (asked % 10 === 0 && !refused.has(id)) {
        refused.add(id);
        response.writeHead(503).end();
        return;
      }
      delivered.set(id, (delivered.get(id) ?? 0) + 1);
      response.writeHead(200).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    delivered,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
