import { describe, expect, it } from 'vitest';
import { containerOf, objectOf, podOf, variable } from './components.ts';
import { cases, hasHelm, render } from './helm.ts';
import type { Container, KubernetesObject, Pod } from './objects.ts';
import { renderOnce } from './render-once.ts';

const rendered = renderOnce();
const deployed = ['worker', 'gateway'] as const;
const ofEach = cases.flatMap((ci) => deployed.map((component) => [component, ci] as const));

interface LifeCycle {
  readonly preStop: number;
  readonly drain: number;
  readonly grace: number;
}

function lifeCycleOf(pod: Pod, component: string): LifeCycle {
  const container = containerOf(pod, component);
  const hook = container['lifecycle'] as
    { readonly preStop: { readonly sleep: { readonly seconds: number } } } | undefined;
  const drain = /^(\d+)s$/.exec(variable(container, 'DRAIN_TIMEOUT') ?? '')?.[1];
  return {
    preStop: hook?.preStop.sleep.seconds ?? 0,
    drain: Number(drain),
    grace: pod.spec.terminationGracePeriodSeconds ?? 30,
  };
}

/** How long containers may take until they have started: one after the other, for a sidecar comes first. */
function startupSeconds({ spec }: Pod): number {
  const probed = [...(spec.initContainers ?? []), ...spec.containers.slice(0, 1)];
  return probed.map(budgetOf).reduce((sum, budget) => sum + budget, 0);
}

function budgetOf(container: Container): number {
  const { periodSeconds, failureThreshold } = container['startupProbe'] as Readonly<Record<string, number>>;
  return (periodSeconds ?? NaN) * (failureThreshold ?? NaN);
}

function deadlineOf({ spec }: KubernetesObject): number {
  // What Kubernetes takes where it is not said.
  return (spec as { readonly progressDeadlineSeconds?: number }).progressDeadlineSeconds ?? 600;
}

describe.skipIf(!hasHelm)('the life of a pod (skipped without helm)', () => {
  it.each(deployed)('ends within preStop + drain + margin: of %s', (component) => {
    const drain = { preStopSeconds: 7, timeoutSeconds: 41, marginSeconds: 3 };
    const pod = podOf(render({ values: { [component]: { drain } } }), component);
    expect(lifeCycleOf(pod, component)).toEqual({ preStop: 7, drain: 41, grace: 51 });
  });

  it.each(deployed)('has a sleep before the drain only where one is asked for: of %s', (component) => {
    const without = render({ values: { [component]: { drain: { preStopSeconds: 0 } } } });
    expect(containerOf(podOf(without, component), component)['lifecycle']).toBeUndefined();
  });

  it('has one by default in the gateway, which others send to, and none in the worker, which fetches', () => {
    const sleeps = deployed.map((component) => lifeCycleOf(podOf(rendered('minimal'), component), component).preStop);
    expect(sleeps).toEqual([0, 5]);
  });

  it.each(ofEach)('leaves %s time after its drain, with %s', (component, ci) => {
    const { preStop, drain, grace } = lifeCycleOf(podOf(rendered(ci), component), component);
    expect(grace).toBeGreaterThan(preStop + drain);
  });

  it.each(ofEach)('may begin and end anew within the deadline of a rollout of %s, with %s', (component, ci) => {
    const pod = podOf(rendered(ci), component);
    const needed = lifeCycleOf(pod, component).grace + startupSeconds(pod);
    expect(deadlineOf(objectOf(rendered(ci), 'Deployment', component))).toBeGreaterThan(needed);
  });

  it.each([
    ['minimal', {}, 600],
    ['model-server', {}, 1800],
    ['model-server', { modelServer: { http: { startupSeconds: 3601 } } }, 4205],
    ['minimal', { probes: { startup: { periodSeconds: 7, failureThreshold: 300 } } }, 2100],
  ])('counts what %s with %j takes to start', (ci, worker, startup) => {
    const objects = render({ ci, values: { worker: { ...worker, drain: { timeoutSeconds: 1000 } } } });
    expect(startupSeconds(podOf(objects, 'worker'))).toBe(startup);
    expect(deadlineOf(objectOf(objects, 'Deployment', 'worker'))).toBeGreaterThanOrEqual(1030 + startup + 595);
  });

  it('has a deadline of your own where you say one', () => {
    const objects = render({ values: { worker: { rollout: { progressDeadlineSeconds: 77 } } } });
    expect(deadlineOf(objectOf(objects, 'Deployment', 'worker'))).toBe(77);
  });

  it('of a model server begins before the worker and ends after it, for it is a native sidecar', () => {
    const { initContainers, containers } = podOf(rendered('model-server'), 'worker').spec;
    expect(initContainers).toMatchObject([{ name: 'model-server', restartPolicy: 'Always' }]);
    expect(initContainers?.[0]?.['startupProbe']).toBeDefined();
    expect(containers.map(({ name }) => name)).toEqual(['worker']);
  });

  it('gives its GPU to the next one: by default no pod comes before one has gone', () => {
    const { strategy } = objectOf(rendered('minimal'), 'Deployment', 'worker').spec as { readonly strategy: unknown };
    expect(strategy).toEqual({ type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } });
  });
});
