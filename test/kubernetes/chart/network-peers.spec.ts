import { describe, expect, it } from 'vitest';
import { hasHelm, render } from './helm.ts';
import { elsewhere, endIn, openPorts, policiesIn } from './network-ends.ts';
import type { End } from './network-policies.ts';
import type { KubernetesObject } from './objects.ts';

const out = (objects: readonly KubernetesObject[], component: string, to: End): readonly number[] =>
  openPorts(objects, { from: endIn(objects, component), to });
const into = (objects: readonly KubernetesObject[], from: End, component: string): readonly number[] =>
  openPorts(objects, { from, to: endIn(objects, component) });
const namespaceOf = (name: string) => ({ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } } });

describe.skipIf(!hasHelm)('peers that you name (skipped without helm)', () => {
  it.each([
    ['nobody, where nothing scales', 'none', 'redis', 1, []],
    ['KEDA, where it counts the queue', 'keda', 'redis', 1, [6379]],
    ['KEDA, where it wakes the first pod', 'keda', 'prometheus', 0, [6379]],
    ['nobody, where KEDA asks Prometheus alone', 'keda', 'prometheus', 1, []],
  ])('let into a bundled Redis %s', (_, engine, mode, minReplicas, ports) => {
    const autoscaling = { engine, minReplicas, keda: { mode }, prometheus: { serverAddress: 'http://p:9090' } };
    const objects = render({ ci: 'bundled-redis', values: { autoscaling } });
    expect(into(objects, elsewhere.keda, 'redis')).toEqual(ports);
    expect(into(objects, elsewhere.stranger, 'redis')).toEqual([]);
  });

  it('are all who may call the gateway, beside its tests and who scrapes it', () => {
    const peers = { gateway: [namespaceOf('apps')], scrape: [namespaceOf('monitoring')] };
    const objects = render({ values: { networkPolicy: { peers } } });
    const callers = { ...elsewhere, test: endIn(objects, 'test'), worker: endIn(objects, 'worker') };
    const called = Object.entries(callers).filter(([, from]) => into(objects, from, 'gateway').length > 0);
    expect(called.map(([name]) => name)).toEqual(['prometheus', 'client', 'test']);
  });

  it('are those who scrape the worker', () => {
    const objects = render({ values: { networkPolicy: { peers: { scrape: [namespaceOf('monitoring')] } } } });
    const scrapers = Object.entries(elsewhere).filter(([, from]) => into(objects, from, 'worker').length > 0);
    expect(scrapers.map(([name]) => name)).toEqual(['prometheus']);
    expect(into(objects, elsewhere.stranger, 'gateway')).toEqual([8080]);
  });

  it('are where an external Redis is, and no other address', () => {
    const redis = [{ ipBlock: { cidr: '10.1.0.0/16' } }, namespaceOf('other')];
    const objects = render({ values: { networkPolicy: { peers: { redis } } } });
    const reached = ['private', 'stranger', 'neighbour', 'public'] as const;
    expect(reached.map((name) => out(objects, 'worker', elsewhere[name]))).toEqual([[6379], [6379], [], []]);
  });

  it('are where the collector is, and no other address', () => {
    const otlp = [{ ipBlock: { cidr: '10.1.0.0/16' } }];
    const values = { otel: { endpoint: 'https://otel' }, networkPolicy: { webhooks: false, peers: { otlp } } };
    const objects = render({ values });
    expect(out(objects, 'gateway', elsewhere.private)).toEqual([443, 6379]);
    expect(out(objects, 'gateway', elsewhere.public)).toEqual([6379]);
  });

  it('are where the worker and the gateway may go besides, each by itself', () => {
    const rule = (port: number) => [{ to: [{ ipBlock: { cidr: '10.1.2.0/24' } }], ports: [{ port }] }];
    const objects = render({ values: { networkPolicy: { extraEgress: { worker: rule(9400), gateway: rule(22) } } } });
    expect(out(objects, 'worker', elsewhere.private)).toEqual([6379, 9400]);
    expect(out(objects, 'gateway', elsewhere.private)).toEqual([22, 6379]);
  });

  it.each([
    ['http://otel:4318', 4318],
    ['https://otel.example.com/v1', 443],
    ['http://otel', 80],
    ['http://[fd00::1]:4317', 4317],
    ['http://otel', 443, 'grpc'],
  ])('get traces over the port of %s', (endpoint, port, protocol = 'http/protobuf') => {
    const objects = render({ values: { otel: { endpoint, protocol }, networkPolicy: { webhooks: false } } });
    for (const component of ['worker', 'gateway']) {
      expect(out(objects, component, elsewhere.private)).toEqual([port, 6379].toSorted((a, b) => a - b));
    }
  });

  it.each(['hardened', 'minimal'])('are of no concern without policies, with %s', (ci) => {
    expect(policiesIn(render({ ci, values: { networkPolicy: { enabled: false } } }))).toEqual([]);
    expect(policiesIn(render({ ci }))).not.toEqual([]);
  });

  it('are where the DNS is', () => {
    const dns = { namespace: 'openshift-dns', podLabels: { dns: 'default' } };
    const objects = render({ values: { networkPolicy: { dns } } });
    const there = { namespace: 'openshift-dns', labels: { dns: 'default' } };
    expect([there, elsewhere.dns].map((to) => out(objects, 'test', to))).toEqual([[53], []]);
  });
});
