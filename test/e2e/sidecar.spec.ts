import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Queue, Worker } from 'bullmq';
import { describe, expect, it, onTestFinished } from 'vitest';
import { hasRedis, startRedis } from '../fixtures/redis-server.ts';
import { startProcess, type StandaloneProcess } from './standalone-process.ts';

const python = process.env['RUNPOD_PYTHON'] ?? 'python3';
const hasRunpod = spawnSync(python, ['-c', 'import runpod']).status === 0;

describe('a foreign worker beside a Flyball', () => {
  it.skipIf(!hasRedis)('of BullMQ follows its limit (skipped without redis-server)', async () => {
    const flyball = await startFixed(3);
    const redis = await startRedis();
    onTestFinished(() => redis.close());
    const connection = { host: '127.0.0.1', port: redis.port, maxRetriesPerRequest: null };
    const worker = new Worker('jobs', async () => undefined, { connection });
    const queue = new Queue('jobs', { connection });
    process.env['FLYBALL_URL'] = flyball.url;
    const path = new URL('../../examples/sidecar/follow-bullmq.mjs', import.meta.url).pathname;
    const { follow } = (await import(path)) as { follow: (worker: Worker, everyMs: number) => NodeJS.Timeout };
    const timer = follow(worker, 50);
    onTestFinished(async () => {
      clearInterval(timer);
      delete process.env['FLYBALL_URL'];
      await worker.close(true);
      await queue.close();
    });
    await expect.poll(() => worker.concurrency).toBe(3);
    await fetch(`${flyball.url}/controller/override`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ limit: 9, reason: 'to be followed', ttl: '1m', by: 'test' }),
    });
    await expect.poll(() => worker.concurrency).toBe(9);
    await flyball.stop('SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(worker.concurrency).toBe(9);
  });

  it.skipIf(!hasRunpod)("of RunPod's SDK asks for its limit (skipped without the package runpod)", async () => {
    const flyball = await startFixed(5);
    const script = `
import sys, types
sys.path.insert(0, 'examples/sidecar')
import runpod
runpod.serverless.start = lambda config: print(config['concurrency_modifier'](1))
import follow
`;
    const env = { ...process.env, FLYBALL_URL: flyball.url };
    const child = spawn(python, ['-c', script], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await new Promise((resolve) => child.once('close', resolve));
    expect(said.trim().split('\n').at(-1)).toBe('5');
  });
});

async function startFixed(limit: number): Promise<StandaloneProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-sidecar-'));
  const flyball = await startProcess('examples/echo/handler.mjs', {
    QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
    TELEMETRY_GPU: 'none',
    CONCURRENCY_STRATEGY: 'fixed',
    CONCURRENCY_FIXED_LIMIT: String(limit),
  });
  onTestFinished(async () => {
    await flyball.stop('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });
  return flyball;
}
