import { globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { cases, chart, hasHelm } from './helm.ts';
import type { KubernetesObject } from './objects.ts';
import { renderOnce } from './render-once.ts';

const folder = 'test/kubernetes/golden';
const rendered = renderOnce();
/** Before a test may have written one. */
const present = globSync(`${folder}/*.yaml`).map((path) => basename(path, '.yaml'));

const head = `# What the chart renders with ci/CASE-values.yaml: rewrite it by npx vitest run ${folder.replace('golden', 'chart/golden')} -u
# Without helm.sh/chart and checksums. Of a dashboard, and of a group of rules for all releases, that is word for word a file
# of the chart, only the name is here.
`;

describe.skipIf(!hasHelm)('what the chart renders (skipped without helm)', () => {
  it('has a file for each case, and no other', () => {
    expect(present.toSorted(), 'written now where it was missing: read it, and run again').toEqual(cases);
  });

  it.each(cases)('is as it was with %s', async (ci) => {
    const objects = rendered(ci).map(lasting).toSorted(byKindAndName);
    const documents = objects.map((object) =>
      stringify(object, { version: '1.1', lineWidth: 0, sortMapEntries: true }),
    );
    await expect(`${head.replace('CASE', ci)}---\n${documents.join('---\n')}`).toMatchFileSnapshot(
      `../golden/${ci}.yaml`,
    );
  });
});

/** Without what changes by itself, and without what is another file of the repository. */
function lasting(object: KubernetesObject): unknown {
  const copy = structuredClone(object) as KubernetesObject & { metadata: Changeable; data?: Record<string, string> };
  drop(copy.metadata.labels, (key) => key === 'helm.sh/chart');
  for (const metadata of [copy.metadata, copy.spec?.template?.metadata as Changeable | undefined]) {
    drop(metadata?.annotations, (key) => key.startsWith('checksum/'));
  }
  for (const [name, text] of Object.entries(copy.data ?? {})) {
    if (isFile(`dashboards/${name}`, text)) copy.data = { ...copy.data, [name]: `<dashboards/${name}>` };
  }
  if (copy.kind === 'PrometheusRule') {
    copy.spec.groups = (copy.spec.groups as readonly Group[]).map((group) =>
      isCopied(group) ? { name: group.name } : group,
    );
  }
  return copy;
}

interface Changeable {
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
}

interface Group {
  readonly name: string;
}

function drop(from: Record<string, string> | undefined, isToGo: (key: string) => boolean): void {
  for (const key of Object.keys(from ?? {}).filter(isToGo)) delete from?.[key];
}

function isFile(path: string, text: string): boolean {
  return globSync(`${chart}/${path}`).some((file) => readFileSync(file, 'utf8') === text);
}

function isCopied(group: Group): boolean {
  return ['recording', 'alerts'].some((name) => {
    const { groups } = parse(readFileSync(`${chart}/rules/${name}.yaml`, 'utf8')) as {
      readonly groups: readonly Group[];
    };
    return groups.some((each) => isDeepStrictEqual(each, group));
  });
}

function byKindAndName(a: unknown, b: unknown): number {
  const [first, second] = [a, b].map((each) => {
    const { kind, metadata } = each as KubernetesObject;
    return `${kind} ${metadata.name}`;
  }) as [string, string];
  return first < second ? -1 : 1;
}
