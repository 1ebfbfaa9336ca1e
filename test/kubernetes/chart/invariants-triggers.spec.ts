import { beforeAll, describe, expect, it } from 'vitest';
import { namesOf } from '../../../libs/queue/redis/names.ts';
import { containerOf, objectOf, podOf, variable } from './components.ts';
import { cases, hasHelm, render, type RenderOptions } from './helm.ts';
import { find, type KubernetesObject } from './objects.ts';

interface Trigger {
  readonly type: string;
  readonly name: string;
  readonly metricType: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly authenticationRef?: { readonly name: string };
}

const triggersOf = (objects: readonly KubernetesObject[]): readonly Trigger[] =>
  objects.flatMap(({ kind, spec }) => (kind === 'ScaledObject' ? (spec.triggers as readonly Trigger[]) : []));
const redisOf = (objects: readonly KubernetesObject[]): readonly Trigger[] =>
  triggersOf(objects).filter(({ type }) => type === 'redis');

const keda = (mode: string, minReplicas: number) => ({
  engine: 'keda',
  minReplicas,
  keda: { mode },
  prometheus: { serverAddress: 'http://p:9090' },
});
const existingSecret = 'redis-auth';
const variants: readonly (RenderOptions & { readonly about: string })[] = [
  ...cases.map((ci) => ({ about: ci, ci })),
  ...[
    ['prometheus', 0, {}],
    ['prometheus', 0, { existingSecret }],
    ['prometheus', 1, { existingSecret }],
    ['redis', 0, { existingSecret }],
    ['redis', 1, { tls: { enabled: true } }],
    ['redis', 1, { host: 'fd00::7', db: 3 }],
  ].map(([mode, min, external]) => ({
    about: `${mode as string} from ${min as number}, Redis ${JSON.stringify(external)}`,
    values: { autoscaling: keda(mode as string, min as number), redis: { external } },
  })),
];

describe.skipIf(!hasHelm)('the triggers of KEDA (skipped without helm)', () => {
  describe.each(variants)('with $about', (variant) => {
    let objects: readonly KubernetesObject[];
    beforeAll(() => {
      objects = render(variant);
    });

    it('refer to a TriggerAuthentication exactly where there is one', () => {
      const own = objects.filter(({ kind }) => kind === 'TriggerAuthentication').map(({ metadata }) => metadata.name);
      const referred = redisOf(objects).flatMap(({ authenticationRef }) => authenticationRef?.name ?? []);
      expect(new Set(referred)).toEqual(new Set(own));
    });

    it("read the Redis and the lists of the worker's queue", () => {
      const worker = containerOf(podOf(objects, 'worker'), 'worker');
      const { protocol, host, pathname } = new URL(variable(worker, 'QUEUE_URL') ?? '');
      const names = namesOf(variable(worker, 'ENDPOINT_ID') ?? '');
      for (const { metadata } of redisOf(objects)) {
        // A Service of the release is in its namespace, which is not KEDA's.
        expect(metadata['address']?.replace('-redis.ns:', '-redis:')).toBe(host);
        expect(metadata['databaseIndex']).toBe(pathname.slice(1));
        expect(metadata['enableTLS'] ?? 'false').toBe(String(protocol === 'rediss:'));
        expect([names.list('wait'), names.list('active')]).toContain(metadata['listName']);
        expect(metadata['username']).toBe(variable(worker, 'QUEUE_USERNAME'));
      }
    });

    it('are averages, for a fallback works with no other', () => {
      expect(triggersOf(objects).filter(({ metricType }) => metricType !== 'AverageValue')).toEqual([]);
      for (const { spec } of objects.filter(({ kind }) => kind === 'ScaledObject')) {
        expect(spec.fallback).toBeDefined();
        expect(spec.advanced.scalingModifiers?.metricType ?? 'AverageValue').toBe('AverageValue');
      }
    });
  });

  it.each([
    ['prometheus', 0, ['desired', 'wake-waiting']],
    ['prometheus', 1, ['desired']],
    ['redis', 0, ['waiting', 'active']],
    ['redis', 1, ['waiting', 'active']],
  ])('in mode %s from %i pods are %j', (mode, min, triggers) => {
    const objects = render({ values: { autoscaling: keda(mode, min) } });
    expect(triggersOf(objects).map(({ name }) => name)).toEqual(triggers);
  });

  it('wake the first pod by jobs that wait, not by those of low priority, and never ask for a second', () => {
    const [wake, ...others] = redisOf(render({ ci: 'keda-prometheus' }));
    // BullMQ keeps jobs with a priority in a set of their own, `prioritized`.
    expect(wake?.metadata).toMatchObject({ listName: namesOf('r').list('wait'), activationListLength: '0' });
    expect(Number(wake?.metadata['listLength'])).toBeGreaterThanOrEqual(100_000);
    expect(others).toEqual([]);
  });

  it('take no answer of Prometheus for an outage, and pods stay as they are', () => {
    const { spec } = objectOf(render({ ci: 'keda-prometheus' }), 'ScaledObject', 'worker');
    const [desired] = spec.triggers as readonly Trigger[];
    expect(desired?.metadata).toMatchObject({ ignoreNullValues: 'false', threshold: '1', activationThreshold: '0' });
    expect(spec.fallback).toEqual({ failureThreshold: 3, replicas: 1, behavior: 'currentReplicasIfHigher' });
  });

  it('in mode redis count what waits and what runs against the jobs that a pod holds', () => {
    const { spec } = find(render({ ci: 'keda-redis' }), 'ScaledObject');
    const names = (spec.triggers as readonly Trigger[]).map(({ name }) => name);
    expect(spec.advanced.scalingModifiers).toMatchObject({ formula: names.join(' + '), target: '6' });
  });
});
