import { beforeAll, describe, expect, it } from 'vitest';
import { componentOf } from './components.ts';
import { cases, hasHelm, render } from './helm.ts';
import { podsOf, type KubernetesObject } from './objects.ts';

const nameOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;
const labelsOf = (objects: readonly KubernetesObject[]): readonly string[] =>
  [...objects, ...podsOf(objects)].flatMap(({ metadata }) => Object.values(metadata.labels ?? {}));

/** A DNS label of RFC 1035, which a Service's name must be, and others may be. */
const dnsLabel = /^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/;
const labelValue = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/;
/** Longest names that work, where 63 characters do not. */
const limits: Readonly<Record<string, number>> = {
  // KEDA puts `keda-hpa-` before it.
  ScaledObject: 54,
  // A label of its pods is the name and a hash of ten digits (kubernetes/kubernetes#64023).
  StatefulSet: 52,
};

const long = 'a'.repeat(53);
/** The chart's own objects: what the user adds, the user names. */
const renderAs = (ci: string, release: string): readonly KubernetesObject[] =>
  render({ ci, release, values: { extraObjects: [] } });
const releases = [
  ...cases.map((ci) => ({ release: long, ci })),
  ...['hpa', 'bundled-redis'].map((ci) => ({ release: `${'llm.example.'.repeat(4)}dev42`, ci })),
  // With "-flyball" these have 47 characters, which fit, and 48.
  ...['bundled-redis', 'keda-prometheus'].map((ci) => ({ release: 'b'.repeat(39), ci })),
  { release: 'b'.repeat(40), ci: 'bundled-redis' },
];

describe.skipIf(!hasHelm)('names (skipped without helm)', () => {
  describe.each(releases)('of release $release, with $ci', ({ release, ci }) => {
    let objects: readonly KubernetesObject[];
    beforeAll(() => {
      objects = renderAs(ci, release);
    });

    it('are DNS labels, as long as each kind may be', () => {
      const strange = objects.filter(
        ({ kind, metadata }) => !dnsLabel.test(metadata.name) || metadata.name.length > (limits[kind] ?? 63),
      );
      expect(strange.map(nameOf)).toEqual([]);
    });

    it('are there once for each kind', () => {
      expect(new Set(objects.map(nameOf)).size).toBe(objects.length);
    });

    it('and labels have values that Kubernetes takes', () => {
      expect(labelsOf(objects).filter((value) => !labelValue.test(value))).toEqual([]);
    });
  });

  it.each([
    ...['hardened', 'hpa'].map((ci) => [ci, 'one', 'other'] as const),
    ...['hardened', 'hpa', 'keda-redis'].map((ci) => [ci, long, `${long.slice(1)}b`] as const),
  ])('of two releases in one namespace are not the same, with %s: %s, %s', (ci, one, other) => {
    const names = new Set(renderAs(ci, one).map(nameOf));
    expect(
      renderAs(ci, other)
        .map(nameOf)
        .filter((name) => names.has(name)),
    ).toEqual([]);
  });

  it.each([
    ['a release that begins with a digit', { release: '7b' }],
    ['a prefix that begins with a digit', { values: { fullnameOverride: '7b' } }],
  ])('of Services begin with a letter, for %s too', (_, options) => {
    const services = render({ ci: 'bundled-redis', ...options }).filter(({ kind }) => kind === 'Service');
    expect(services.map(({ metadata }) => metadata.name).filter((name) => !dnsLabel.test(name))).toEqual([]);
  });

  it.each([
    ['a release', { release: 'true' }],
    ['a release of digits', { release: '123' }],
    ['a namespace', { namespace: '123' }],
    ['a name', { values: { nameOverride: '1e3' } }],
    ['a long name', { values: { nameOverride: `${'n'.repeat(62)}.x` } }],
  ])('stay text where %s looks like something else, or is cut', (_, options) => {
    const objects = render({ ci: 'hpa', ...options });
    const matched = JSON.stringify(objects.map(({ spec }) => spec as unknown)).matchAll(/"matchLabels":(\{[^}]*\})/g);
    const values = [
      ...labelsOf(objects),
      ...objects.flatMap(({ metadata }) => [metadata.name, metadata.namespace ?? '']),
      ...[...matched].flatMap(([, labels = '{}']) => Object.values(JSON.parse(labels) as Record<string, unknown>)),
    ];
    expect(values.filter((value) => typeof value !== 'string' || !labelValue.test(value))).toEqual([]);
  });

  it('can be given', () => {
    const objects = render({ ci: 'hardened', values: { fullnameOverride: 'ocr.v2', nameOverride: 'x' } });
    const own = objects.filter((each) => ['worker', 'gateway', 'redis'].includes(componentOf(each)));
    expect(new Set(own.map(({ metadata }) => metadata.name))).toEqual(
      new Set(['ocr-v2-worker', 'ocr-v2-gateway', 'ocr-v2-redis']),
    );
    expect(new Set(own.map(({ metadata }) => metadata.labels?.['app.kubernetes.io/name']))).toEqual(new Set(['x']));
  });
});
