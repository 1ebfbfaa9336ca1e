import { describe, expect, it } from 'vitest';
import { loadSettings, misspeltVariables, type Settings } from '#libs/config';
import { builtInStrategies } from '#libs/strategies';
import { containerOf, environmentOf } from './environment.ts';
import { cases, hasHelm, render, type RenderOptions } from './helm.ts';
import type { KubernetesObject } from './objects.ts';
import { renderOnce } from './render-once.ts';
import { meanings } from './settings-meanings.ts';

const components = ['worker', 'gateway'] as const;
const renderCase = renderOnce();

describe.skipIf(!hasHelm)('the environment of a container (skipped without helm)', () => {
  const each = cases.flatMap((ci) => components.map((component) => [component, ci] as const));

  it.each(each)('of the %s of %s is read without a problem, and has no other mistake', (component, ci) => {
    const environment = environmentOf(containerOf(renderCase(ci), component));
    expect(() => loadSettings(environment, { strategies: builtInStrategies })).not.toThrow();
    expect(misspeltVariables(environment)).toEqual([]);
  });

  it.each(meanings)('means what the values of %s say to the %s, %j', (ci, component, values, settings) => {
    const objects = Object.keys(values).length === 0 ? renderCase(ci) : render({ ci, values });
    expect(settingsOf(objects, component)).toMatchObject(settings);
  });

  it.each(components)(
    'leaves what is empty to Flyball: of the %s of ci/minimal the limit, and much more',
    (component) => {
      const names = Object.keys(environmentOf(containerOf(renderCase('minimal'), component)));
      expect(names.filter((name) => /^(CONCURRENCY|LATENCY|OTEL|TELEMETRY_GPU$)|POD_NAME/.test(name))).toEqual([]);
    },
  );

  it('leaves the decision log out where none is wanted', () => {
    const settings = settingsOf(render({ values: { worker: { decisionLog: false } } }), 'worker');
    expect(settings.decisionLog).toBeUndefined();
  });

  it('gives the rules of the queue to the gateway too, and nothing else of the worker', () => {
    const environment = environmentOf(containerOf(renderCase('keda-prometheus'), 'gateway'));
    expect(environment['QUEUE_ATTEMPTS']).toBe('2');
    expect(Object.keys(environment).filter((name) => /^(CONCURRENCY|HANDLER|DECISION)/.test(name))).toEqual([]);
  });

  it.each(components)('names the pod of the %s to the collector', (component) => {
    const environment = environmentOf(containerOf(renderCase('keda-prometheus'), component));
    expect(environment['OTEL_RESOURCE_ATTRIBUTES']).toBe(
      'k8s.namespace.name=ns,k8s.pod.name=r-flyball-6d9-a,deployment.environment.name=staging',
    );
  });

  it.each<[RenderOptions, string]>([
    [{ release: 'ocr.example.com' }, 'ocr-example-com'],
    [{ release: `a.${'b'.repeat(51)}` }, `a-${'b'.repeat(51)}`],
    [{ release: 'r', values: { fullnameOverride: 'other', nameOverride: 'another' } }, 'r'],
    [{ release: 'r', values: { endpoint: 'OCR_1' } }, 'OCR_1'],
  ])('of %j has the endpoint %s', (options, endpoint) => {
    const objects = render(options);
    expect(components.map((component) => settingsOf(objects, component).endpointId)).toEqual([endpoint, endpoint]);
  });
});

describe.skipIf(!hasHelm)('the authority of a Redis (skipped without helm)', () => {
  it.each(components)('is a file that the %s finds in a volume of the Secret', (component) => {
    const objects = renderCase('redis-tls');
    const container = containerOf(objects, component);
    const path = environmentOf(container)['NODE_EXTRA_CA_CERTS'] ?? '';
    const mount = container.volumeMounts?.find(({ mountPath }) => path === `${mountPath}/ca.crt`);
    const deployment = objects.find(
      ({ kind, metadata }) => kind === 'Deployment' && metadata.name.endsWith(`-${component}`),
    );
    expect(mount).toMatchObject({ readOnly: true });
    expect(deployment?.spec.template.spec.volumes).toContainEqual({
      name: mount?.name,
      secret: { secretName: 'redis-ca' },
    });
  });
});

function settingsOf(objects: readonly KubernetesObject[], component: string): Settings {
  return loadSettings(environmentOf(containerOf(objects, component)), { strategies: builtInStrategies });
}
