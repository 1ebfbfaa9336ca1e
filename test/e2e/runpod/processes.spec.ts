import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { workerEnvironment } from '#libs/runpod';
import { startCommand, startProcess, type StandaloneProcess } from '../standalone-process.ts';

const many = 'test/fixtures/handlers/many.mjs';

describe('flyball start where RunPod’s variables are', () => {
  it('is a worker of that endpoint, and its results outlive it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flyball-pod-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const kept = (process: StandaloneProcess): StandaloneProcess => {
      onTestFinished(async () => void (await process.stop('SIGKILL')));
      return process;
    };
    // An endpoint whose own worker never becomes ready: every job is the pod's.
    const endpoint = kept(
      await startCommand(['gateway'], {
        QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
        API_KEYS: 'k',
        ENDPOINT_ID: 'pods',
      }),
    );
    const pod = kept(
      await startProcess(many, { ...variables(endpoint.url), QUEUE_OUTBOX: folder, TELEMETRY_GPU: 'none' }),
    );
    const ask = async (path: string, body?: unknown): Promise<Record<string, unknown>> => {
      const method = body === undefined ? 'GET' : 'POST';
      const answer = await fetch(`${endpoint.url}/v2/pods/${path}`, {
        method,
        headers: { authorization: 'Bearer k' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      return (await answer.json()) as Record<string, unknown>;
    };
    expect(await ask('runsync', { input: { sleep: 5 } })).toMatchObject({ status: 'COMPLETED', workerId: 'pod-1' });
    expect(await ask('health')).toMatchObject({ workers: { ready: 1 }, jobs: { completed: 1 } });
    expect(pod.output()).toContain('Flyball works for');
    const metrics = await (await fetch(`${pod.url}/metrics`)).text();
    expect(metrics).toMatch(/flyball_outbox_deliveries_total\{queue="pods",result="accepted"\} 1/);
    expect(metrics).toContain('flyball_outbox_results{queue="pods"} 0');
    expect(metrics).not.toContain('flyball_queue_jobs{');
    expect(await (await fetch(`${pod.url}/concurrency`)).text()).toMatch(/^\d+$/);
    expect(await pod.stop()).toBe(0);
  });

  it('H15: ends in order when a handler asks to be replaced, with that said in its result', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'flyball-pod-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const endpoint = await startCommand(['gateway'], {
      QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
      API_KEYS: 'k',
      ENDPOINT_ID: 'pods',
    });
    onTestFinished(async () => void (await endpoint.stop('SIGKILL')));
    const handler = join(folder, 'refreshes.mjs');
    writeFileSync(handler, 'export default async () => ({ refresh_worker: true, done: 1 });\n');
    const pod = await startProcess(handler, {
      ...variables(endpoint.url),
      QUEUE_OUTBOX: folder,
      TELEMETRY_GPU: 'none',
    });
    const exited = new Promise((resolve) => pod.child.once('exit', resolve));
    const answer = await fetch(`${endpoint.url}/v2/pods/runsync`, {
      method: 'POST',
      headers: { authorization: 'Bearer k' },
      body: JSON.stringify({ input: {} }),
    });
    expect(await answer.json()).toMatchObject({ status: 'COMPLETED', output: { done: 1 } });
    expect(await exited).toBe(0);
    expect(endpoint.output()).toContain('worker-wants-replacement');
  });
});

function variables(url: string): Readonly<Record<string, string>> {
  const block = workerEnvironment({ url, endpoint: 'pods', worker: 'pod-1', key: 'k', pingInterval: 1000 });
  const pairs = [...block.matchAll(/^(\w+)='?(.*?)'?$/gm)].map(([, name = '', value = '']) => [name, value] as const);
  return { ...Object.fromEntries(pairs), ENDPOINT_ID: 'pods' };
}
