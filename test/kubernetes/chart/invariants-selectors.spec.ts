import { describe, expect, it } from 'vitest';
import { componentOf, objectOf } from './components.ts';
import { cases, hasHelm, render } from './helm.ts';
import { podsOf, type KubernetesObject } from './objects.ts';
import { renderOnce } from './render-once.ts';
import { selects, type LabelSelector } from './selectors.ts';

const rendered = renderOnce();
const owning = ['app.kubernetes.io/component', 'app.kubernetes.io/instance', 'app.kubernetes.io/name'];

/** By which a kind of object finds pods. */
const selectorOf: Readonly<Record<string, (spec: KubernetesObject['spec']) => LabelSelector>> = {
  Deployment: ({ selector }) => selector as LabelSelector,
  StatefulSet: ({ selector }) => selector as LabelSelector,
  Service: ({ selector }) => ({ matchLabels: selector as Readonly<Record<string, string>> }),
  PodDisruptionBudget: ({ selector }) => selector as LabelSelector,
  PodMonitor: ({ selector }) => selector as LabelSelector,
  NetworkPolicy: ({ podSelector }) => podSelector as LabelSelector,
};

function selectorsIn(objects: readonly KubernetesObject[]) {
  return objects.flatMap((object) => {
    const selector = selectorOf[object.kind]?.(object.spec);
    return selector === undefined ? [] : [{ of: `${object.kind} ${object.metadata.name}`, object, selector }];
  });
}

/** Selectors that find other pods, among these, than those of their own component. */
function astray(objects: readonly KubernetesObject[], among = objects): readonly string[] {
  const own = podsOf(objects);
  return selectorsIn(objects).flatMap(({ of, object, selector }) => {
    const found = podsOf(among).filter(({ metadata }) => selects(selector, metadata.labels));
    const wanted = own.filter((pod) => componentOf(pod) === componentOf(object));
    const isRight = found.length > 0 && found.map((pod) => pod.of).join() === wanted.map((pod) => pod.of).join();
    return isRight ? [] : [of];
  });
}

describe.skipIf(!hasHelm)('a selector (skipped without helm)', () => {
  it.each(cases)('is name, instance and component, and nothing else, with %s', (ci) => {
    const strange = selectorsIn(rendered(ci)).filter(
      ({ selector }) =>
        Object.keys(selector.matchLabels ?? {})
          .toSorted()
          .join() !== owning.join(),
    );
    expect(strange.map(({ of }) => of)).toEqual([]);
  });

  it.each(cases)('finds the pods of its component and no other, with %s', (ci) => {
    expect(astray(rendered(ci))).toEqual([]);
  });

  it('is looked at of each kind that has one', () => {
    const kinds = cases.flatMap((ci) => selectorsIn(rendered(ci)).map(({ object }) => object.kind));
    expect(new Set(kinds)).toEqual(new Set(Object.keys(selectorOf)));
  });

  it('would be found out: of a Service that asks for too little, or for what no pod has', () => {
    const objects = structuredClone(rendered('minimal'));
    const service = objectOf(objects, 'Service', 'gateway');
    service.spec.selector = { 'app.kubernetes.io/name': 'flyball' };
    expect(astray(objects)).toEqual(['Service r-flyball-gateway']);
    service.spec.selector = { tier: 'gateway' };
    expect(astray(objects)).toEqual(['Service r-flyball-gateway']);
  });

  it('finds no pod of another release in the namespace', () => {
    const [own, other] = ['r', 'other'].map((release) => render({ ci: 'hardened', release }));
    expect(astray(own ?? [], [...(own ?? []), ...(other ?? [])])).toEqual([]);
  });

  it('finds its pods whatever labels you add', () => {
    const evil = {
      'app.kubernetes.io/name': 'x',
      'app.kubernetes.io/component': 'x',
      'app.kubernetes.io/instance': 'x',
    };
    const component = { pod: { labels: evil } };
    const objects = render({
      ci: 'hardened',
      values: { common: { labels: evil }, worker: component, gateway: component },
    });
    expect(astray(objects)).toEqual([]);
    expect(selectorsIn(objects)).toHaveLength(selectorsIn(rendered('hardened')).length);
  });
});
