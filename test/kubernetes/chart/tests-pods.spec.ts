import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { containerOf, objectOf, podOf } from './components.ts';
import { chart, hasHelm, render } from './helm.ts';
import type { KubernetesObject } from './objects.ts';
import { renderOnce } from './render-once.ts';
import { testCommand } from './test-command.ts';

const rendered = renderOnce();
const names = ['gateway-health', 'round-trip'];
const testsIn = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  objects.filter(({ kind }) => kind === 'Pod');

describe.skipIf(!hasHelm)('the pods of helm test (skipped without helm)', () => {
  const both = (): readonly KubernetesObject[] => rendered('bundled-redis');

  it('are hooks, and leave nothing behind that succeeds', () => {
    const found = testsIn(both()).map(({ metadata, spec }) => [
      metadata.name,
      metadata.annotations,
      spec.restartPolicy,
    ]);
    const hook = { 'helm.sh/hook': 'test', 'helm.sh/hook-delete-policy': 'before-hook-creation,hook-succeeded' };
    expect(found).toEqual(names.map((name) => [`r-flyball-${name}`, hook, 'Never']));
  });

  it('stay hooks whatever annotations you add', () => {
    const annotations = { 'helm.sh/hook': 'pre-install', owner: 'me' };
    const [first] = testsIn(render({ values: { common: { annotations } } }));
    expect(first?.metadata.annotations).toMatchObject({ 'helm.sh/hook': 'test', owner: 'me' });
  });

  it('ask nothing of your handler by default, and are none where you say so', () => {
    expect(testsIn(rendered('minimal')).map(({ metadata }) => metadata.name)).toEqual(['r-flyball-gateway-health']);
    expect(testsIn(render({ values: { tests: { enabled: false, roundTrip: true } } }))).toEqual([]);
  });

  it('call the Service of the gateway', () => {
    const { metadata, spec } = objectOf(both(), 'Service', 'gateway');
    const address = { name: 'GATEWAY', value: `http://${metadata.name}:${spec.ports[0].port as number}` };
    const environments = names.map((name) => testCommand(both(), name).env);
    expect(environments.filter((env) => env.some((each) => isDeepStrictEqual(each, address)))).toHaveLength(2);
  });

  it.each(names)('run %s.mjs as it is in the chart: it parses, and Kubernetes finds no variable to fill in', (name) => {
    const file = `${chart}/files/${name}.mjs`;
    expect(spawnSync(process.execPath, ['--check', file]).status).toBe(0);
    const { command, args } = testCommand(both(), name);
    expect(command).toEqual(['node', '--input-type=module', '-e']);
    expect(args.map((each) => each.trim())).toEqual([readFileSync(file, 'utf8').trim()]);
    expect(args[0]).not.toMatch(/\$\$|\$\(/);
  });

  it.each(['bundled-redis', 'hardened', 'time-sliced'])('have an image that has node, with %s', (ci) => {
    const all = rendered(ci);
    const image = containerOf(podOf(all, 'gateway'), 'gateway').image;
    const images = testsIn(all).map(({ spec }) => spec.containers[0].image as unknown);
    expect(new Set(images)).toEqual(new Set([image]));
  });
});
