import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { request } from 'undici';
import { createGatewayAdapter, GatewayModule, type GatewayOptions } from '../../../apps/gateway/index.ts';
import type { FlyballEvent } from '#libs/observability';
import { MemoryFleet, openSqliteQueue, type Queue, type WorkerReport } from '#libs/queue';

export interface TestGateway {
  /** `http://127.0.0.1:PORT/v2`, as clients are given it. */
  readonly baseUrl: string;
  readonly port: number;
  readonly queue: Queue;
  readonly events: FlyballEvent[];
  /** Moves the wall clock of queue and gateway ahead. */
  readonly jump: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface TestGatewayOptions extends Partial<Omit<GatewayOptions, 'settings' | 'emit' | 'queue' | 'now'>> {
  readonly http?: Partial<GatewayOptions['settings']['http']>;
  readonly limit?: number;
  /** Stands between the gateway and the queue. */
  readonly wrap?: (queue: Queue) => Queue;
}

const worker = { id: 'own', kind: 'flyball', state: 'ready', inFlight: 0 } as const;

const defaultHttp = { apiKeys: [], adminKeys: [], webhookPrivate: false, rateLimits: false, takeHold: 20_000 };

/** One free worker, and whoever calls. */
export function fleetWith(...workers: readonly WorkerReport[]): MemoryFleet {
  const fleet = new MemoryFleet();
  for (const report of workers) void fleet.report(report, Infinity);
  return fleet;
}

/** A gateway on a real embedded queue in a file of its own. */
export async function startGateway(options: TestGatewayOptions = {}): Promise<TestGateway> {
  const { http = {}, limit = 10_000, wrap = (queue) => queue, ...rest } = options;
  const directory = await mkdtemp(join(tmpdir(), 'flyball-gateway-'));
  const path = join(directory, 'queue.db');
  let ahead = 0;
  const now = (): number => Date.now() + ahead;
  const queue = await openSqliteQueue({ path, endpoint: 'local', worker: 'w1', attempts: 3, limit, clock: now });
  const settings = { endpointId: 'local', http: { ...defaultHttp, ...http } };
  const events: FlyballEvent[] = [];
  const emit = (event: FlyballEvent): void => void events.push(event);
  const module = GatewayModule.register({
    fleet: fleetWith(worker),
    ...rest,
    now,
    queue: wrap(queue),
    settings,
    emit,
  });
  const adapter = createGatewayAdapter({ settings, emit });
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, { logger: false });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as { port: number };
  const close = async (): Promise<void> => {
    await app.close();
    await queue.close();
    await rm(directory, { recursive: true });
  };
  const jump = async (ms: number): Promise<void> => {
    // The queue's alarm is a real timer, set by the clock as it was: one that is due now lets it look again.
    await queue.webhookRetry('nothing', 20);
    ahead += ms;
    await sleep(60);
  };
  return { baseUrl: `http://127.0.0.1:${port}/v2`, port, queue, events, jump, close };
}

export interface Answer {
  readonly status: number;
  // oxlint-disable-next-line typescript/no-explicit-any -- bodies are what the tests are about
  readonly body: any;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** One request below `/v2/local/`; a body that is no text or bytes is sent as JSON. */
export async function call(
  gateway: Pick<TestGateway, 'baseUrl'>,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
): Promise<Answer> {
  const answer = await request(`${gateway.baseUrl}/local/${path}`, {
    method,
    headers,
    ...(body === undefined
      ? {}
      : { body: typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body) }),
  });
  const text = await answer.body.text();
  const isJson = String(answer.headers['content-type']).includes('json');
  return { status: answer.statusCode, body: isJson ? JSON.parse(text) : text, headers: answer.headers };
}
