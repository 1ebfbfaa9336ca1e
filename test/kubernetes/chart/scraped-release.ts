import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { StandaloneProcess } from '../../e2e/standalone-process.ts';
import { startRedis } from '../../fixtures/redis-server.ts';
import { startPrometheus } from '../../observability/prometheus.ts';
import type { PrometheusApi } from '../../observability/prometheus-api.ts';
import type { KubernetesObject } from './objects.ts';
import { operatorTarget } from './operator-targets.ts';
import { ruleGroupsOf } from './prometheus-rule.ts';
import { startComponent } from './start-component.ts';

export interface ScrapedRelease {
  readonly api: PrometheusApi;
  /** Of the gateway. */
  readonly url: string;
  close(): Promise<void>;
}

/** A worker and a gateway of a render, which a Prometheus with the render's monitors and rules scrapes. */
export async function startScrapedRelease(objects: readonly KubernetesObject[]): Promise<ScrapedRelease> {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-scraped-'));
  const closing: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })];
  const close = async (): Promise<void> => {
    for (const end of closing.toReversed()) await end();
  };
  try {
    const redis = await startRedis();
    closing.push(() => redis.close());
    const start = async (component: 'worker' | 'gateway'): Promise<StandaloneProcess> => {
      const instead = standIns(folder);
      const process = await startComponent(objects, component, { redis: redis.url, instead });
      closing.push(() => process.stop('SIGKILL'));
      return process;
    };
    const [worker, gateway] = [await start('worker'), await start('gateway')];
    const rules = join(folder, 'rules.yaml');
    writeFileSync(rules, stringify({ groups: ruleGroupsOf(objects) }));
    const targets = [
      operatorTarget(objects, { kind: 'PodMonitor', component: 'worker', url: worker.url }, folder),
      operatorTarget(objects, { kind: 'ServiceMonitor', component: 'gateway', url: gateway.url }, folder),
    ];
    const prometheus = await startPrometheus({ targets, ruleFiles: [rules] });
    closing.push(() => prometheus.close());
    return { api: prometheus.api, url: gateway.url, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** For the volumes, the GPU, the password and the collector that only a cluster has. */
function standIns(folder: string): Readonly<Record<string, string>> {
  return {
    QUEUE_PASSWORD: '',
    QUEUE_OUTBOX: join(folder, 'outbox'),
    DECISION_LOG: join(folder, 'decisions.jsonl'),
    OTEL_EXPORTER_OTLP_ENDPOINT: '',
    TELEMETRY_GPU: 'none',
    HANDLER: 'test/fixtures/handlers/many.mjs',
  };
}
