import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PrometheusTarget } from '../../observability/prometheus.ts';
import { find, podsOf, type KubernetesObject } from './objects.ts';

export interface Scraped {
  readonly kind: 'PodMonitor' | 'ServiceMonitor';
  /** `worker`, `gateway` */
  readonly component: string;
  /** Where the process is that stands for the pod. */
  readonly url: string;
}

/**
 * The target as Prometheus has it after the relabeling that its operator would configure for a monitor of the render; Prometheus'
 * own code does it.
 * @throws {Error} where the monitor does not select the pod, or the configuration is wrong
 */
export function operatorTarget(
  objects: readonly KubernetesObject[],
  { kind, component, url }: Scraped,
  folder: string,
): PrometheusTarget {
  const file = join(folder, `${kind}.json`);
  const host = new URL(url).host;
  const job = {
    job_name: kind,
    static_configs: [{ targets: [host], labels: discovered(objects, component) }],
    relabel_configs: relabeling(objects, kind),
  };
  writeFileSync(file, JSON.stringify({ scrape_configs: [job] }));
  const { stdout, stderr } = spawnSync('promtool', ['check', 'service-discovery', '--timeout=1s', file, kind], {
    encoding: 'utf8',
  });
  const [target] = (JSON.parse(stdout.slice(stdout.indexOf('['))) ?? []) as readonly {
    readonly labels: Readonly<Record<string, string>> | null;
  }[];
  const entries = Object.entries(target?.labels ?? {}).filter(
    ([name]) => !name.startsWith('__') && name !== 'instance',
  );
  if (entries.length === 0) throw new Error(`The ${kind} selects no ${component}: ${stdout}${stderr}`);
  return { url, labels: Object.fromEntries(entries) };
}

/** What the discovery of Kubernetes tells of a pod. */
function discovered(objects: readonly KubernetesObject[], component: string): Readonly<Record<string, string>> {
  const pod = podsOf(objects).find(({ of }) => of === `Deployment r-flyball-${component}`);
  const service = objects.find(({ kind, metadata }) => kind === 'Service' && metadata.name.endsWith(`-${component}`));
  return {
    __meta_kubernetes_namespace: 'ns',
    __meta_kubernetes_pod_name: `r-flyball-${component}-6d9-a`,
    __meta_kubernetes_pod_container_name: component,
    __meta_kubernetes_pod_container_port_name: 'http',
    ...labelsOf('pod', pod?.metadata.labels),
    ...(service && {
      __meta_kubernetes_service_name: service.metadata.name,
      __meta_kubernetes_endpoint_port_name: 'http',
      ...labelsOf('service', service.metadata.labels),
    }),
  };
}

/** As the operator writes it: the selector, the port, its own labels, and last those of the monitor. */
function relabeling(objects: readonly KubernetesObject[], kind: Scraped['kind']): readonly unknown[] {
  const { metadata, spec } = find(objects, kind);
  const [endpoint] = kind === 'PodMonitor' ? spec.podMetricsEndpoints : spec.endpoints;
  const role = kind === 'PodMonitor' ? 'pod' : 'service';
  const keep = (from: string, regex: string): unknown => ({ action: 'keep', source_labels: [from], regex });
  const copy = (from: string, to: string): unknown => ({
    source_labels: [`__meta_kubernetes_${from}`],
    target_label: to,
  });
  const selected = Object.entries(labelsOf(role, spec.selector.matchLabels));
  return [
    ...selected.map(([name, value]) => keep(name, value)),
    keep(`__meta_kubernetes_${role === 'pod' ? 'pod_container_port_name' : 'endpoint_port_name'}`, endpoint.port),
    copy('namespace', 'namespace'),
    copy('pod_container_name', 'container'),
    copy('pod_name', 'pod'),
    ...(role === 'service' ? [copy('service_name', 'service'), copy('service_name', 'job')] : []),
    ...(role === 'pod' ? [{ target_label: 'job', replacement: `ns/${metadata.name}` }] : []),
    { target_label: 'endpoint', replacement: endpoint.port },
    ...(endpoint.relabelings as readonly Relabeling[]).map(({ sourceLabels, targetLabel }) => ({
      source_labels: sourceLabels,
      target_label: targetLabel,
    })),
  ];
}

interface Relabeling {
  readonly sourceLabels: readonly string[];
  readonly targetLabel: string;
}

function labelsOf(of: 'pod' | 'service', labels: Readonly<Record<string, string>> = {}): Record<string, string> {
  const entries = Object.entries(labels).map(([name, value]) => [
    `__meta_kubernetes_${of}_label_${name.replaceAll(/\W/g, '_')}`,
    value,
  ]);
  return Object.fromEntries(entries) as Record<string, string>;
}
