import { describe, expect, it } from 'vitest';
import { componentOf } from './components.ts';
import { gpuFaults, gpuOwners } from './gpu-faults.ts';
import { hardeningFaults } from './hardening.ts';
import { cases, hasHelm } from './helm.ts';
import { isRepeatable } from './image-reference.ts';
import { containersOf, podsOf, type Pod } from './objects.ts';
import { restrictedFaults } from './pod-security.ts';
import { renderOnce } from './render-once.ts';

const rendered = renderOnce();
const podsIn = (ci: string): readonly Pod[] => podsOf(rendered(ci));
const faultsIn = (ci: string, faultsOf: (pod: Pod) => readonly string[]): readonly string[] =>
  podsIn(ci).flatMap((pod) => faultsOf(pod).map((fault) => `${pod.of}, ${fault}`));

describe.skipIf(!hasHelm)('every pod of the chart (skipped without helm)', () => {
  it.each(cases)('keeps Pod Security "restricted" with %s', (ci) => {
    expect(faultsIn(ci, restrictedFaults)).toEqual([]);
  });

  it.each(cases)('has user 10001, a read-only root, a memory limit and no token with %s', (ci) => {
    expect(faultsIn(ci, hardeningFaults)).toEqual([]);
  });

  it.each(cases)('shows no container a GPU that it has not asked for with %s', (ci) => {
    expect(faultsIn(ci, gpuFaults)).toEqual([]);
  });

  it.each(cases)('leaves GPUs to the worker or its model server, and to one container, with %s', (ci) => {
    const owner = { 'bundled-redis': [], 'model-server': ['model-server'] }[ci] ?? ['worker'];
    const owners = podsIn(ci).map((pod) => [componentOf(pod), gpuOwners(pod)] as const);
    expect(owners.filter(([, own]) => own.length > 0)).toEqual(owner.length === 0 ? [] : [['worker', owner]]);
  });

  it.each(cases)('has images named by a tag or a digest, and never latest, with %s', (ci) => {
    const images = podsIn(ci).flatMap((pod) => containersOf(pod).map(({ image }) => image));
    expect(images.filter((image) => !isRepeatable(image))).toEqual([]);
  });

  it('is among these: the walkers see worker, gateway, Redis and tests, a sidecar and a container of the user', () => {
    expect(new Set(cases.flatMap(podsIn).map(componentOf))).toEqual(new Set(['worker', 'gateway', 'redis', 'test']));
    const names = cases.flatMap(podsIn).flatMap(containersOf);
    expect(new Set(names.map(({ name }) => name))).toEqual(
      new Set(['worker', 'model-server', 'log-shipper', 'gateway', 'redis', 'test']),
    );
  });
});
