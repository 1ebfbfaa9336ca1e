import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StandaloneProcess } from '../../e2e/standalone-process.ts';
import { hasRedis, startRedis, type RedisServer } from '../../fixtures/redis-server.ts';
import { hasHelm, render } from './helm.ts';
import { startComponent } from './start-component.ts';

describe.skipIf(!hasHelm || !hasRedis)(
  'a gateway as the chart starts it (skipped without helm or redis-server)',
  () => {
    let redis: RedisServer;
    let gateway: StandaloneProcess;
    beforeAll(async () => {
      redis = await startRedis();
      gateway = await startComponent(render({ ci: 'bundled-redis' }), 'gateway', { redis: redis.url });
    });
    afterAll(async () => {
      await gateway?.stop();
      await redis?.close();
    });

    it('is ready', async () => {
      expect(await (await fetch(`${gateway.url}/readyz`)).json()).toEqual({ status: 'ok', reasons: [] });
    });

    it('serves the endpoint of the release, without a key where the values want none', async () => {
      const answer = await fetch(`${gateway.url}/v2/r/health`);
      expect([answer.status, await answer.json()]).toEqual([200, expect.objectContaining({ jobs: expect.anything() })]);
    });
  },
);
