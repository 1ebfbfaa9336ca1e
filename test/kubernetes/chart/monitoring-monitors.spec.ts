import { describe, expect, it } from 'vitest';
import { containerOf } from './environment.ts';
import { hasHelm } from './helm.ts';
import { find, podsOf, type KubernetesObject } from './objects.ts';
import { renderOnce } from './render-once.ts';

const renderCase = renderOnce();
const watchedCases = ['keda-prometheus', 'hardened'];

describe.skipIf(!hasHelm)('the monitors (skipped without helm)', () => {
  it.each(watchedCases)('of %s find the workers by their pods, which have that port', (ci) => {
    const objects = renderCase(ci);
    const { spec } = find(objects, 'PodMonitor');
    const found = podsOf(objects).filter(({ metadata }) => matches(spec, metadata.labels));
    expect(found.map(({ of }) => of)).toEqual([expect.stringMatching(/^Deployment .*-worker$/)]);
    expect(spec.podMetricsEndpoints).toHaveLength(1);
    expect(containerOf(objects, 'worker')['ports']).toContainEqual({
      name: spec.podMetricsEndpoints[0].port,
      containerPort: 8080,
      protocol: 'TCP',
    });
  });

  it.each(watchedCases)('of %s find the gateway by its Service alone, which leads to that port', (ci) => {
    const objects = renderCase(ci);
    const { spec } = find(objects, 'ServiceMonitor');
    const services = objects.filter(({ kind, metadata }) => kind === 'Service' && matches(spec, metadata.labels));
    expect(services.map(({ metadata }) => metadata.name)).toEqual([expect.stringMatching(/-gateway$/)]);
    const ports = services.flatMap(({ spec: service }) => service.ports as readonly Port[]);
    const port = ports.find(({ name }) => name === spec.endpoints[0].port);
    expect(containerOf(objects, 'gateway')['ports']).toContainEqual({
      name: port?.targetPort,
      containerPort: 8080,
      protocol: 'TCP',
    });
  });

  it.each([
    ['PodMonitor', 'podMetricsEndpoints'],
    ['ServiceMonitor', 'endpoints'],
  ])('put `release` on every series: %s', (kind, endpoints) => {
    const { metadata, spec } = find(renderCase('keda-prometheus'), kind);
    expect(metadata.labels).toMatchObject({ release: 'kube-prometheus-stack' });
    expect(spec[endpoints]).toEqual([
      {
        port: 'http',
        path: '/metrics',
        interval: '15s',
        relabelings: [
          { sourceLabels: ['__meta_kubernetes_pod_label_app_kubernetes_io_instance'], targetLabel: 'release' },
        ],
      },
    ]);
  });

  it('are looked at as often as the values say', () => {
    expect(find(renderCase('hardened'), 'PodMonitor').spec.podMetricsEndpoints[0].interval).toBe('5s');
  });
});

interface Port {
  readonly name: string;
  readonly targetPort: string;
}

function matches(spec: KubernetesObject['spec'], labels: Readonly<Record<string, string>> = {}): boolean {
  const wanted = Object.entries(spec.selector.matchLabels as Readonly<Record<string, string>>);
  return wanted.length > 0 && wanted.every(([name, value]) => labels[name] === value);
}
