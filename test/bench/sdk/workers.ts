import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startCommand } from '../../e2e/standalone-process.ts';
import type { Endpoint } from './endpoint.ts';

export interface BenchWorker {
  /** When jobs ended in its handler, ms since 1970; only where it was asked to note them. */
  ends(): readonly number[];
  stop(): Promise<void>;
}

export interface WorkerOptions {
  readonly endpoint: Endpoint;
  /** Unique among the workers. */
  readonly name: string;
  /** This many jobs at once; without it the handler's modifier says how many. */
  readonly limit?: number;
  /** What the modifier begins with; default 1. */
  readonly firstLimit?: number;
  readonly notesEnds?: boolean;
}

export type StartWorker = (options: WorkerOptions) => Promise<BenchWorker>;

/** The official SDK, by the environment that a gateway prints. */
export function sdkOn(python: string): StartWorker {
  return async (options) => {
    const { endpoint, name, limit, firstLimit } = options;
    const folder = folderFor(options);
    const worker = spawn(python, [beside('worker.py')], {
      env: {
        ...endpoint.environment(name),
        ...folder.environment,
        PATH: process.env['PATH'] ?? '',
        // A key saved there would win over the variable.
        HOME: folder.path,
        // They ask servers elsewhere.
        RUNPOD_SKIP_AUTO_SYSTEM_CHECKS: 'true',
        RUNPOD_SKIP_GPU_CHECK: 'true',
        ...(limit !== undefined && { LIMIT: `${limit}` }),
        ...(firstLimit !== undefined && { FIRST_LIMIT: `${firstLimit}` }),
      },
      stdio: 'ignore',
      // Its pings are a process of their own, in its group.
      detached: true,
    });
    await once(worker, 'spawn');
    const exit = once(worker, 'exit');
    const kill = (): void => {
      if (worker.pid === undefined || worker.exitCode !== null || worker.signalCode !== null) return;
      process.kill(-worker.pid, 'SIGKILL');
    };
    process.once('exit', kill);
    return {
      ends: folder.ends,
      async stop() {
        process.off('exit', kill);
        kill();
        if (worker.exitCode === null && worker.signalCode === null) await exit;
        folder.remove();
      },
    };
  };
}

export const flyball: StartWorker = async (options) => {
  const { endpoint, name, limit, firstLimit = 1 } = options;
  const folder = folderFor(options);
  const worker = await startCommand(['worker', beside('handler.mjs')], {
    ...endpoint.environment(name),
    ...folder.environment,
    QUEUE_OUTBOX: folder.path,
    TELEMETRY_GPU: 'none',
    DRAIN_TIMEOUT: '1s',
    ...(limit === undefined
      ? { CONCURRENCY_STRATEGY: 'handler', CONCURRENCY_PERIOD: '300ms', CONCURRENCY_INITIAL: `${firstLimit}` }
      : { CONCURRENCY_STRATEGY: 'fixed', CONCURRENCY_FIXED_LIMIT: `${limit}`, CONCURRENCY_MAX: `${limit}` }),
  });
  return {
    ends: folder.ends,
    async stop() {
      await worker.stop();
      folder.remove();
    },
  };
};

function folderFor({ notesEnds = false }: WorkerOptions): {
  readonly path: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly ends: () => readonly number[];
  readonly remove: () => void;
} {
  const path = mkdtempSync(join(tmpdir(), 'flyball-sdk-worker-'));
  const log = join(path, 'ends');
  return {
    path,
    environment: notesEnds ? { ENDS_LOG: log } : {},
    ends: () => linesOf(log).map(Number),
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch (error) {
    // Nothing has ended yet.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function beside(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}
