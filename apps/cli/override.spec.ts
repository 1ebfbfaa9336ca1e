import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { loadSettings } from '#libs/config';
import { builtInStrategies } from '#libs/strategies';
import { startStandalone, type Running } from '../standalone/start-standalone.ts';
import { run } from './run.ts';

let folder: string;
let worker: Running;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-override-'));
  const environment = {
    QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`,
    TELEMETRY_GPU: 'none',
    PORT: '0',
    ADMIN_KEYS: 'ops:k1',
  };
  worker = await startStandalone(loadSettings(environment, { strategies: builtInStrategies }), {
    handler: { handler: async () => ({}) },
    strategies: builtInStrategies,
    environment,
  });
});
afterAll(async () => {
  await worker.stop();
  rmSync(folder, { recursive: true });
});

let said: string[];
beforeEach(() => {
  said = [];
  vi.stubEnv('FLYBALL_KEY', '');
  for (const method of ['log', 'error'] as const) {
    vi.spyOn(console, method).mockImplementation((text: unknown) => void said.push(String(text)));
  }
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe('override, freeze and resume, against a running worker', () => {
  it('set, keep and give back the limit', async () => {
    expect(await command('override', '12', '--for', '10m', '--reason', 'load test')).toBe(0);
    expect(said.at(-1)).toMatch(/^limit 12, 0 running · override by ops until 2\S+Z: load test$/);
    expect(await command('freeze', '--reason', 'deploy')).toBe(0);
    expect(said.at(-1)).toMatch(/^limit \d+, 0 running · frozen by ops until flyball resume: deploy$/);
    expect(await command('resume')).toBe(0);
    expect(said.at(-1)).toMatch(/auto · goodput sets the limit$/);
    expect(await command('resume')).toBe(0);
  });

  it('take the key from FLYBALL_KEY', async () => {
    vi.stubEnv('FLYBALL_KEY', 'k1');
    expect(await run(['resume', '--url', worker.url])).toBe(0);
  });

  it('take the port from PORT', async () => {
    vi.stubEnv('PORT', new URL(worker.url).port);
    expect(await run(['resume', '--key', 'k1'])).toBe(0);
  });

  it.each([
    [['override', '120', '--for', '10m', '--reason', 'x'], 2, /^\[BAD_LIMIT\] limit = 120 is refused.*64/],
    [['override', '12', '--for', '10', '--reason', 'x'], 2, /^\[BAD_TTL\] ttl = "10" is refused.*"10m"/],
    [['override', '--for', '10m', '--reason', 'x'], 2, /^\[BAD_ARGUMENT\].*flyball override LIMIT --for/],
    [['override', 'many', '--for', '10m', '--reason', 'x'], 2, /^\[BAD_ARGUMENT\] "many" is no limit/],
    [['override', '12', '--reason', 'x'], 2, /^\[BAD_ARGUMENT\] Say for how long with --for/],
    [['override', '12', '--for', '10m'], 2, /^\[BAD_ARGUMENT\] Say why with --reason/],
    [['override', '12', '--fro', '10m'], 2, /^\[BAD_ARGUMENT\] Unknown option '--fro'/],
    [['freeze'], 2, /^\[BAD_ARGUMENT\] Say why with --reason/],
    [['freeze', '12', '--reason', 'x'], 2, /^\[BAD_ARGUMENT\] A freeze takes no "12"/],
    [['resume', 'now'], 2, /^\[BAD_ARGUMENT\].*"now"/],
  ])('refuse %o with status %d and say what to do', async (args, status, text) => {
    expect(await command(...args)).toBe(status);
    expect(said.at(-1)).toMatch(text);
  });

  it.each([
    [['--key', 'k2'], 1, /^\[WRONG_KEY\].*ADMIN_KEYS.*--key KEY, or FLYBALL_KEY/],
    [[], 1, /^\[WRONG_KEY\]/],
    [['--url', 'http://127.0.0.1:9'], 1, /^\[NO_WORKER\] No worker answers at http:\/\/127\.0\.0\.1:9 .*--url/],
    [['--url', 'here'], 2, /^\[BAD_ARGUMENT\] --url "here" is no address/],
  ])('given %o end with status %d', async (args, status, text) => {
    expect(await run(['resume', '--url', worker.url, ...args])).toBe(status);
    expect(said.at(-1)).toMatch(text);
  });

  it('know when the address is of something else', async () => {
    const other = createServer((_, response) => response.end('<html></html>')).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    expect(await run(['resume', '--url', `http://127.0.0.1:${port}`])).toBe(1);
    expect(said.at(-1)).toMatch(/^\[NO_WORKER\] .* answered 200, but not as a Flyball worker\. Check --url\./);
    other.close();
  });
});

function command(...args: readonly string[]): Promise<number> {
  return run([...args, '--url', worker.url, '--key', 'k1']);
}
