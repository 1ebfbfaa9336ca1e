import { describe, expect, it } from 'vitest';
import { schema } from '../../../libs/config/schema.ts';
import { cases, hasHelm } from './helm.ts';
import { containersOf, podsOf, type KubernetesObject } from './objects.ts';
import { renderOnce } from './render-once.ts';

const rendered = renderOnce();
const secretVariables = [
  ...Object.entries(schema).flatMap(([name, setting]) => ('secret' in setting ? [name] : [])),
  'OTEL_EXPORTER_OTLP_HEADERS',
  'REDIS_PASSWORD',
];

interface Named {
  readonly of: string;
  readonly name: string;
}

/** Variables that hold a secret, split by whether a Secret is where they come from. */
function secretsOf(objects: readonly KubernetesObject[]): {
  readonly told: readonly Named[];
  readonly kept: readonly Named[];
} {
  const all = podsOf(objects).flatMap((pod) =>
    containersOf(pod).flatMap(({ env = [] }) =>
      env.filter(({ name }) => secretVariables.includes(name)).map((each) => ({ ...each, of: pod.of })),
    ),
  );
  const isKept = ({ value, valueFrom }: (typeof all)[number]): boolean =>
    value === undefined && valueFrom?.['secretKeyRef'] !== undefined;
  return { told: all.filter((each) => !isKept(each)), kept: all.filter(isKept) };
}

describe.skipIf(!hasHelm)('secrets (skipped without helm)', () => {
  it.each(cases)('are named, and never written, with %s', (ci) => {
    expect(secretsOf(rendered(ci)).told).toEqual([]);
    expect(rendered(ci).filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  it('are among what was looked at, each of them', () => {
    const kept = cases.flatMap((ci) => secretsOf(rendered(ci)).kept.map(({ name }) => name));
    expect(new Set(kept)).toEqual(new Set(secretVariables));
    expect(secretVariables).toHaveLength(5);
  });

  it('would be found in the environment', () => {
    const spoilt = JSON.parse(
      JSON.stringify(rendered('minimal')).replaceAll(
        /"name":"API_KEYS","valueFrom":\{[^}]+\}\}/g,
        '"name":"API_KEYS","value":"k"',
      ),
    ) as readonly KubernetesObject[];
    expect(secretsOf(spoilt).told).toHaveLength(2);
  });

  it.each(cases)('are in no address with %s', (ci) => {
    expect(JSON.stringify(rendered(ci)).match(/[a-z]+:\/\/[^/\s"]*:[^/\s"]*@/g)).toBeNull();
  });

  it.each(cases)('are in no argument but by the name of a variable that a Secret fills, with %s', (ci) => {
    const strange = podsOf(rendered(ci)).flatMap((pod) =>
      containersOf(pod).flatMap((container) => {
        const words = JSON.stringify([container['command'] ?? [], container['args'] ?? []]);
        const used = [...words.matchAll(/\$\((\w+)\)/g)].map(([, name]) => name);
        const filled = (container.env ?? []).flatMap(({ name, value }) => (value === undefined ? [name] : []));
        return used.filter((name) => name === undefined || !filled.includes(name));
      }),
    );
    expect(strange).toEqual([]);
  });
});
