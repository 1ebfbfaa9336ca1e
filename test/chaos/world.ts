import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startSlowProxy, type SlowProxy } from '../doubles/slow-proxy.ts';
import { freePort, startCommand, type StandaloneProcess } from '../e2e/standalone-process.ts';
import { startRedis, type RedisServer } from '../fixtures/redis-server.ts';
import { startHooks, type Hooks } from './hooks.ts';

export const endpoint = 'chaos';

/** A process that is started anew, on its own port, whenever it was killed. */
export interface Member {
  readonly name: string;
  readonly url: string;
  kill(): Promise<void>;
  restart(): Promise<void>;
  output(): string;
}

export interface World {
  readonly redis: RedisServer;
  /** What stands between the workers and Redis. */
  readonly network: SlowProxy;
  readonly gateways: readonly Member[];
  readonly workers: readonly Member[];
  readonly hooks: Hooks;
  /** How often each job was run. */
  runs(): ReadonlyMap<string, number>;
  close(): Promise<void>;
}

/** Redis with its append-only file, two gateways and three workers, as users start them. */
export async function startWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-chaos-'));
  const ledger = join(folder, 'runs');
  writeFileSync(ledger, '');
  const redis = await startRedis(['--appendonly', 'yes', '--appendfsync', 'everysec']);
  const network = await startSlowProxy(redis.port);
  const hooks = await startHooks();
  const settings = { ENDPOINT_ID: endpoint, TELEMETRY_GPU: 'none', WEBHOOK_PRIVATE: 'true', LOG_LEVEL: 'warn' };
  const gateway = (name: string): Promise<Member> => member(name, ['gateway'], { ...settings, QUEUE_URL: redis.url });
  const worker = (name: string): Promise<Member> =>
    member(name, ['worker', 'test/chaos/handler.mjs'], {
      ...settings,
      QUEUE_URL: `redis://127.0.0.1:${network.port}`,
      CONCURRENCY_STRATEGY: 'fixed',
      CONCURRENCY_FIXED_LIMIT: '16',
      CHAOS_LEDGER: ledger,
      OUTBOX_FOLDER: join(folder, `outbox-${name}`),
    });
  const [gateways, workers] = await Promise.all([
    Promise.all(['gateway-1', 'gateway-2'].map(gateway)),
    Promise.all(['worker-1', 'worker-2', 'worker-3'].map(worker)),
  ]);
  return {
    redis,
    network,
    gateways,
    workers,
    hooks,
    runs() {
      const counts = new Map<string, number>();
      for (const id of readFileSync(ledger, 'utf8').split('\n')) {
        if (id !== '') counts.set(id, (counts.get(id) ?? 0) + 1);
      }
      return counts;
    },
    async close() {
      await Promise.all([...gateways, ...workers].map((each) => each.kill()));
      await Promise.all([network.close(), hooks.close()]);
      await redis.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function member(
  name: string,
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Member> {
  const port = String(await freePort());
  const start = (): Promise<StandaloneProcess> => startCommand(command, { ...env, PORT: port });
  let running: StandaloneProcess | undefined = await start();
  let said = '';
  const { url } = running;
  return {
    name,
    url,
    async kill() {
      const dying = running;
      running = undefined;
      said += dying?.output() ?? '';
      await dying?.stop('SIGKILL');
    },
    async restart() {
      for (let tries = 0; running === undefined && tries < 10; tries += 1) {
        // While Redis is away nothing starts; whoever keeps us alive would try again.
        running = await start().catch(async (error: unknown) => {
          said += String(error);
          await sleep(500);
          return undefined;
        });
      }
    },
    output: () => said + (running?.output() ?? ''),
  };
}
