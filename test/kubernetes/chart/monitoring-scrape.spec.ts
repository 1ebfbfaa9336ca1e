import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hasRedis } from '../../fixtures/redis-server.ts';
import { hasHelm } from './helm.ts';
import { kedaQueryOf } from './prometheus-rule.ts';
import { renderOnce } from './render-once.ts';
import { startScrapedRelease, type ScrapedRelease } from './scraped-release.ts';

const hasPrometheus = spawnSync('prometheus', ['--version']).status === 0;
const hasAll = hasHelm && hasRedis && hasPrometheus;
/** Prometheus scrapes every second and evaluates every two. */
const patience = { timeout: 15_000 };

describe.skipIf(!hasAll)(
  'a real Prometheus that scrapes a release (skipped without helm, redis-server or prometheus)',
  () => {
    const renderCase = renderOnce();
    let release: ScrapedRelease;
    beforeAll(async () => {
      release = await startScrapedRelease(renderCase('keda-prometheus'));
      await vi.waitUntil(async () => (await labelsOf('up == 1')).length === 2, patience);
    }, 60_000);
    afterAll(() => release?.close());

    const labelsOf = async (query: string): Promise<readonly Readonly<Record<string, string>>[]> =>
      (await release.api.query(query)).map(({ labels }) => labels);
    const scraped = '{__name__=~"up|(flyball|process|nodejs|scrape)_.*"}';

    it('has the labels that the rules go by, and those of the operator', async () => {
      expect(await labelsOf('flyball_concurrency_limit')).toEqual([
        {
          __name__: 'flyball_concurrency_limit',
          queue: 'r',
          namespace: 'ns',
          release: 'r',
          pod: 'r-flyball-worker-6d9-a',
          container: 'worker',
          endpoint: 'http',
          job: 'ns/r-flyball-worker',
          instance: expect.stringContaining('127.0.0.1') as string,
        },
      ]);
    });

    it('finds no label that scraping owns: none begins with `exported_`', async () => {
      const names = (await labelsOf(scraped)).flatMap((labels) => Object.keys(labels));
      expect(names.length).toBeGreaterThan(1000);
      expect([...new Set(names)].filter((name) => name.startsWith('exported_'))).toEqual([]);
    });

    it('puts `release` on every series', async () => {
      expect((await labelsOf(scraped)).filter((labels) => labels['release'] !== 'r')).toEqual([]);
    });

    it('evaluates every rule without an error', async () => {
      const health = async (): Promise<unknown> => new Set((await release.api.rules()).map((rule) => rule.health));
      await expect.poll(health, patience).toEqual(new Set(['ok']));
    });

    describe('with a job that runs', () => {
      beforeAll(() => startJob(release.url));

      it.each([
        ['the rule', () => 'flyball:desired_replicas'],
        ["KEDA's query", () => kedaQueryOf(renderCase('keda-prometheus'))],
      ])('counts it over what a cold pod is taken to hold: one sample of %s', async (_, query) => {
        const answer = async (): Promise<unknown> =>
          (await release.api.query(query())).map(({ labels: { __name__: _name, ...labels }, points }) => [
            labels,
            points.map(([, value]) => value),
          ]);
        const labels = { namespace: 'ns', release: 'r', queue: 'r' };
        await expect.poll(answer, patience).toEqual([[labels, [1 / (0.8 * 4)]]]);
      });
    });
  },
);

async function startJob(gateway: string): Promise<void> {
  const answer = await fetch(`${gateway}/v2/r/run`, {
    method: 'POST',
    headers: { authorization: 'Bearer client-key', 'content-type': 'application/json' },
    body: JSON.stringify({ input: { sleep: 60_000 } }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
