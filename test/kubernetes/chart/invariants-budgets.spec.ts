import { describe, expect, it } from 'vitest';
import { componentOf, objectOf } from './components.ts';
import { hasHelm, render } from './helm.ts';

describe.skipIf(!hasHelm)('a PodDisruptionBudget (skipped without helm)', () => {
  it.each([
    ['worker', { maxUnavailable: 0 }, { maxUnavailable: 0 }],
    ['gateway', { maxUnavailable: 0 }, { maxUnavailable: 0 }],
    ['worker', { maxUnavailable: '', minAvailable: 0 }, { minAvailable: 0 }],
    ['gateway', { maxUnavailable: '25%' }, { maxUnavailable: '25%' }],
  ])('of the %s with %j says so, 0 too', (component, pdb, said) => {
    const { spec } = objectOf(render({ values: { [component]: { pdb } } }), 'PodDisruptionBudget', component);
    const { selector: _, unhealthyPodEvictionPolicy: __, ...rest } = spec as Readonly<Record<string, unknown>>;
    expect(rest).toEqual(said);
  });

  it.each(['worker', 'gateway'])('of the %s can be left out', (component) => {
    const objects = render({ values: { [component]: { pdb: { enabled: false } } } });
    const kinds = objects.filter(({ kind }) => kind === 'PodDisruptionBudget');
    expect(kinds.map(componentOf)).toEqual(['gateway', 'worker'].filter((each) => each !== component));
  });
});
