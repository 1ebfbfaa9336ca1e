import { describe, expect, it } from 'vitest';
import { componentOf, objectOf } from './components.ts';
import { cases, hasHelm, render } from './helm.ts';
import type { KubernetesObject } from './objects.ts';
import { renderOnce } from './render-once.ts';

const rendered = renderOnce();

interface Target {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly name: string;
}

/** What a ScaledObject or a HorizontalPodAutoscaler scales. */
function targetsOf(objects: readonly KubernetesObject[]): readonly Required<Target>[] {
  const scalers = objects.filter(({ kind }) => /^(ScaledObject|HorizontalPodAutoscaler)$/.test(kind));
  return scalers.map(({ spec }) => ({ apiVersion: 'apps/v1', kind: 'Deployment', ...(spec.scaleTargetRef as Target) }));
}

/** Components whose Deployment says how many pods it has. */
function counted(objects: readonly KubernetesObject[]): readonly string[] {
  return objects.filter(({ kind, spec }) => kind === 'Deployment' && 'replicas' in spec).map(componentOf);
}

describe.skipIf(!hasHelm)('a number of pods (skipped without helm)', () => {
  it.each(cases)('has one owner with %s: what is scaled is there, and says no number', (ci) => {
    const deployments = rendered(ci).filter(({ kind }) => kind === 'Deployment');
    const scaled = targetsOf(rendered(ci)).map(({ apiVersion, kind, name }) => {
      const target = deployments.find((each) => each.metadata.name === name);
      expect(target).toMatchObject({ apiVersion, kind });
      return target === undefined ? '' : componentOf(target);
    });
    expect(new Set(scaled).size).toBe(scaled.length);
    expect([...counted(rendered(ci)), ...scaled].toSorted()).toEqual(['gateway', 'worker']);
  });

  it.each([
    ['minimal', ['gateway', 'worker']],
    ['keda-redis', ['gateway']],
    ['keda-prometheus', ['gateway']],
    ['hpa', []],
  ])('is in the manifest with %s for %j', (ci, components) => {
    expect(counted(rendered(ci))).toEqual(components);
  });

  it('is yours where nothing scales, 0 too', () => {
    const objects = render({ values: { worker: { replicaCount: 0 }, gateway: { replicaCount: 3 } } });
    expect(['worker', 'gateway'].map((each) => objectOf(objects, 'Deployment', each).spec.replicas as unknown)).toEqual(
      [0, 3],
    );
  });

  it('of the gateway is left to its autoscaler, whatever scales the worker', () => {
    const objects = render({ values: { gateway: { autoscaling: { enabled: true } } } });
    expect(counted(objects)).toEqual(['worker']);
    expect(targetsOf(objects)).toEqual([{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'r-flyball-gateway' }]);
  });

  it('is scaled by jobs per pod, never by pods that are ready', () => {
    const metrics = objectOf(rendered('hpa'), 'HorizontalPodAutoscaler', 'worker').spec.metrics as readonly unknown[];
    expect(metrics).toMatchObject([{ external: { target: { type: 'AverageValue', averageValue: '1' } } }]);
  });
});
