import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { chartValues } from '#libs/chart';
import { chart, hasHelm, refusal, render } from './helm.ts';
import { unknownKeysIn } from './schema-complaints.ts';

const paths = chartValues(readFileSync(`${chart}/values.yaml`, 'utf8')).map(({ path }) => path);
/** Also those that values lie below: `worker`, `worker.gpu`. */
const keys = [
  ...new Set(paths.flatMap((path) => path.split('.').map((_, end, all) => all.slice(0, end + 1).join('.')))),
];
/** What a list holds, or an object that is empty by default. */
const keysWithin = [
  ...['repository', 'tag', 'digest', 'pullPolicy'].flatMap((key) => [`worker.image.${key}`, `gateway.image.${key}`]),
  'global.imagePullSecrets.0.name',
  'gateway.ingress.hosts.0.host',
  'gateway.ingress.hosts.0.path',
  'gateway.ingress.tls.0.secretName',
  'gateway.ingress.tls.0.hosts',
];
const isOpen = (path: string): boolean => /^global\.[^.]+$/.test(path);

describe.skipIf(!hasHelm)('a key of the values that is misspelt (skipped without helm)', () => {
  const refused = hasHelm ? unknownKeysIn(refusal({ values: withAll([...keys, ...keysWithin].map(misspelt)) })) : [];

  it.each([...keys, ...keysWithin].filter((path) => !isOpen(path)).map((path) => [misspelt(path), path]))(
    'is refused by name: %s for %s',
    (wrong) => {
      expect(refused).toContain(wrong);
    },
  );

  it('is taken in `global` alone, which a chart shares with the charts around it', () => {
    expect(refused.filter(isOpen)).toEqual([]);
    expect(render({ values: { global: { storageClass: 'fast' } } })).not.toEqual([]);
  });
});

/** Without its last letter but one. */
function misspelt(path: string): string {
  return path.replace(/.(.)$/, '$1');
}

/** Values that have all of these paths. */
function withAll(all: readonly string[]): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const path of all) {
    const parts = path.split('.');
    const last = parts.pop() ?? '';
    let at = root;
    for (const [index, part] of parts.entries()) {
      at[part] ??= parts[index + 1] === '0' ? [{}] : {};
      at = at[part] as Record<string, unknown>;
    }
    at[last] = '';
  }
  return root;
}
