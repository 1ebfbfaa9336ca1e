import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { cases, hasHelm, render, renderText } from './helm.ts';
import { find } from './objects.ts';

/** Folder that `test/kubernetes/tools/build.sh` has made and printed. */
const tools = process.env['KUBE_TOOLS'] ?? '';

describe.skipIf(!hasHelm || tools === '')(
  "every object of the chart, held to Kubernetes' own schemas by kubeconform (skipped without KUBE_TOOLS, see CONTRIBUTING.md)",
  () => {
    it.each(cases)('fits where the values are those of %s', (ci) => {
      const objects = render({ ci });
      const answer = kubeconform(renderText({ ci }));
      expect(answer.said).toContain(`Valid: ${objects.length}, Invalid: 0, Errors: 0, Skipped: 0`);
    });

    it('does not fit with a field that is misspelt or has another type', () => {
      const service = find(render(), 'Service');
      const misspelt = { ...service, spec: { ...service.spec, selectr: {} } };
      const wrong = { ...service, spec: { ...service.spec, ports: '80' } };
      expect([misspelt, wrong].map((each) => kubeconform(stringify(each)).status)).toEqual([1, 1]);
    });

    it("has only metadata in KEDA's triggers that the scaler reads", () => {
      const triggers = cases
        .flatMap((ci) => render({ ci }))
        .flatMap(({ kind, spec }) => {
          return kind === 'ScaledObject' ? (spec.triggers as readonly Trigger[]) : [];
        });
      const strange = triggers.flatMap(({ type, metadata }) => {
        const known = readFileSync(join(tools, `${type}-trigger.txt`), 'utf8').split('\n');
        return Object.keys(metadata).filter((key) => !known.includes(key));
      });
      expect([...new Set(strange)]).toEqual([]);
      expect(new Set(triggers.map(({ type }) => type))).toEqual(new Set(['prometheus', 'redis']));
    });
  },
);

interface Trigger {
  readonly type: string;
  readonly metadata: Readonly<Record<string, string>>;
}

function kubeconform(text: string): { readonly status: number | null; readonly said: string } {
  const schemas = join(tools, 'schemas');
  const { status, stdout, stderr } = spawnSync(
    join(tools, 'kubeconform'),
    [
      '-strict',
      '-summary',
      '-schema-location',
      `${schemas}/{{.ResourceKind}}{{.KindSuffix}}.json`,
      '-schema-location',
      `${schemas}/{{.ResourceKind}}-{{.Group}}-{{.ResourceAPIVersion}}.json`,
    ],
    { encoding: 'utf8', input: text },
  );
  return { status, said: `${stdout}${stderr}` };
}
