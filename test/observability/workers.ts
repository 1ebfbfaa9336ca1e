import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCommand, startProcess, type StandaloneProcess } from '../e2e/standalone-process.ts';
import { hasRedis, startRedis } from '../fixtures/redis-server.ts';
import { Devices } from './devices.ts';

export interface Workers {
  /** Steered by the default law, on a simulated device that is full at nine jobs; two shadows. */
  readonly main: StandaloneProcess;
  /** Two laws together, on a slice of a device cut up by MIG. */
  readonly composed: StandaloneProcess;
  /** Behind nvidia-smi, its handler in a process of its own, which may die. */
  readonly throttled: StandaloneProcess;
  /** Behind dcgm-exporter; a Python handler, where there is Python, and its own modifier. */
  readonly exported: StandaloneProcess;
  /** Its device exporter does not answer: the model server is asked instead. */
  readonly serving: StandaloneProcess;
  readonly all: readonly StandaloneProcess[];
  readonly devices: Devices;
  close(): Promise<void>;
}

const many = 'test/fixtures/handlers/many.mjs';
/** Nobody listens there. */
const deadExporter = 'dcgm:http://127.0.0.1:9/metrics';
const hasPython = spawnSync('python3', ['--version']).status === 0;

/** Workers as users start them, that together have something to show on every panel. Each is an endpoint of its own name. */
export async function startWorkers(extra: Readonly<Record<string, string>> = {}): Promise<Workers> {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-observed-'));
  const devices = await Devices.start();
  const redis = hasRedis ? await startRedis() : undefined;
  const started: StandaloneProcess[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(started.map((worker) => worker.stop()));
    await devices.close();
    await redis?.close();
    rmSync(folder, { recursive: true, force: true });
  };
  const start = async (
    name: string,
    handler: string,
    env: Readonly<Record<string, string>>,
  ): Promise<StandaloneProcess> => {
    const worker = await startProcess(handler, {
      ENDPOINT_ID: name,
      QUEUE_URL: `sqlite:${join(folder, `${name}.db`)}`,
      DECISION_LOG: join(folder, `${name}.jsonl`),
      DRAIN_TIMEOUT: '1s',
      WEBHOOK_PRIVATE: 'true',
      ...extra,
      ...env,
    });
    started.push(worker);
    return worker;
  };
  /** A gateway of its own, and a worker that it counts. */
  const startFleet = async (url: string): Promise<void> => {
    const settings = { QUEUE_URL: url, ENDPOINT_ID: 'fleet', DRAIN_TIMEOUT: '1s', ...extra };
    for (const command of [['gateway'], ['worker', many]]) {
      started.push(await startCommand(command, { ...settings, TELEMETRY_GPU: 'none' }));
    }
  };
  const starting = [
    start('main', many, {
      TELEMETRY_GPU: 'sim:memory-cliff',
      CONCURRENCY_SHADOW: 'aimd,pid',
      LATENCY_TARGET: '2s',
    }),
    start('composed', many, {
      TELEMETRY_GPU: 'sim:mig',
      CONCURRENCY_STRATEGY: 'aimd+threshold',
      CONCURRENCY_THRESHOLD_SIGNAL: 'gpu-memory',
    }),
    start('throttled', 'test/observability/dying.mjs', {
      PATH: `${devices.smi.path}:${process.env['PATH'] ?? ''}`,
      TELEMETRY_GPU: 'nvidia-smi',
      HANDLER_ISOLATION: 'process',
    }),
    start('exported', hasPython ? 'test/fixtures/handlers/documented.py' : many, {
      TELEMETRY_GPU: `dcgm:${devices.exporter.url}/metrics`,
      CONCURRENCY_STRATEGY: 'handler',
    }),
    start('serving', many, {
      TELEMETRY_GPU: `${deadExporter},model-server:${devices.modelServer.url}/metrics`,
    }),
    redis === undefined ? Promise.resolve() : startFleet(redis.url),
  ] as const;
  try {
    const [main, composed, throttled, exported, serving] = await Promise.all(starting);
    return { main, composed, throttled, exported, serving, all: [...started], devices, close };
  } catch (error) {
    // Those that are still starting are ended too.
    await Promise.allSettled(starting);
    await close();
    throw error;
  }
}
