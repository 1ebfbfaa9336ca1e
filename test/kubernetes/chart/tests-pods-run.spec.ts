import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { startCommand } from '../../e2e/standalone-process.ts';
import { hasRedis, startRedis, type RedisServer } from '../../fixtures/redis-server.ts';
import { hasHelm, render } from './helm.ts';
import { testCommand } from './test-command.ts';

describe.skipIf(!hasHelm || !hasRedis)(
  'helm test, run against a gateway (skipped without helm or redis-server)',
  () => {
    const keys = 'team:sesame,other:barley';
    let redis: RedisServer;
    let folder = '';
    beforeAll(async () => {
      redis = await startRedis();
      folder = mkdtempSync(join(tmpdir(), 'flyball-helm-test-'));
    });
    afterAll(async () => {
      await redis.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const start = async (role: readonly string[], endpoint: string, { url } = redis) => {
      const settings = {
        QUEUE_URL: url,
        ENDPOINT_ID: endpoint,
        QUEUE_OUTBOX: join(folder, 'outbox'),
        QUEUE_ATTEMPTS: '1',
      };
      const running = await startCommand(role, { ...settings, API_KEYS: keys, TELEMETRY_GPU: 'none' });
      onTestFinished(async () => void (await running.stop('SIGKILL')));
      return running;
    };

    /** A test's pod as the kubelet would start it: its command, and its environment with the Secret filled in. */
    const test = async (
      name: string,
      endpoint: string,
      gateway: string,
      secret = keys,
      patience = '20',
    ): Promise<unknown> => {
      const objects = render({ values: { endpoint, tests: { roundTrip: true } } });
      const { command, args, env } = testCommand(objects, name);
      const filled = Object.fromEntries(env.map(({ name, value = secret }) => [name, value]));
      const child = spawn(process.execPath, [...command.slice(1), ...args], {
        env: { ...filled, GATEWAY: gateway, PATIENCE_SECONDS: patience },
        stdio: 'ignore',
      });
      const [code] = (await once(child, 'exit')) as [number | null];
      return code;
    };

    const handler = (name: string, body: string): string => {
      const file = join(folder, `${name}.mjs`);
      writeFileSync(file, `export default (job) => { ${body} }`);
      return file;
    };

    it('passes where a job comes back, with the first of the keys, which has a label', async () => {
      const [{ url }] = await Promise.all([
        start(['gateway'], 'good'),
        start(['worker', handler('good', 'return job.input')], 'good'),
      ]);
      expect(await test('gateway-health', 'good', url)).toBe(0);
      expect(await test('round-trip', 'good', url)).toBe(0);
      expect(await test('round-trip', 'good', url, 'team:wrong')).toBe(1);
    });

    it('fails where the handler does', async () => {
      const [{ url }] = await Promise.all([
        start(['gateway'], 'bad'),
        start(['worker', handler('bad', 'throw new Error("no")')], 'bad'),
      ]);
      expect(await test('round-trip', 'bad', url)).toBe(1);
      expect(await test('gateway-health', 'bad', url)).toBe(0);
    });

    it('fails where Redis is gone, and where there is no gateway', async () => {
      const { url, stop } = await start(['gateway'], 'gone');
      await redis.kill();
      expect(await test('gateway-health', 'gone', url, keys, '1')).toBe(1);
      await stop('SIGKILL');
      expect(await test('gateway-health', 'gone', url, keys, '1')).toBe(1);
      expect(await test('round-trip', 'gone', url, keys, '1')).toBe(1);
    });
  },
);
