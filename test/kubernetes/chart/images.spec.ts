import { describe, expect, it } from 'vitest';
import { containerOf, podOf } from './components.ts';
import { hasHelm, refusal, render } from './helm.ts';
import { isRepeatable } from './image-reference.ts';
import { podsOf, type KubernetesObject } from './objects.ts';

const digest = `sha256:${'a'.repeat(64)}`;
const imageOf = (objects: readonly KubernetesObject[], component: string, name = component): string =>
  containerOf(podOf(objects, component), name).image;

describe.skipIf(!hasHelm)('images (skipped without helm)', () => {
  it.each([
    ['the version of the chart', {}, 'registry.example.com/flyball:0.1.0'],
    ['its tag', { tag: '2.0' }, 'registry.example.com/flyball:2.0'],
    ['its digest rather than its tag', { tag: '2.0', digest }, `registry.example.com/flyball@${digest}`],
  ])('have %s', (_, image, expected) => {
    const objects = render({ values: { image } });
    expect(['worker', 'gateway'].map((each) => imageOf(objects, each))).toEqual([expected, expected]);
    expect(imageOf(objects, 'test')).toBe(expected);
  });

  it.each([
    ['another tag', { tag: '3' }, 'registry.example.com/flyball:3'],
    ['another repository', { repository: 'mine' }, 'mine:2.0'],
    ['another digest', { digest: `sha256:${'b'.repeat(64)}` }, `registry.example.com/flyball@sha256:${'b'.repeat(64)}`],
  ])('of the worker may have %s, without the digest of the common one', (_, image, expected) => {
    const objects = render({ values: { image: { tag: '2.0', digest }, worker: { image } } });
    expect(imageOf(objects, 'worker')).toBe(expected);
    expect(imageOf(objects, 'gateway')).toBe(`registry.example.com/flyball@${digest}`);
  });

  it.each(['mirror:5000', 'mirror:5000/'])('come from the mirror %s, all of ours', (imageRegistry) => {
    const served = render({ ci: 'model-server', values: { global: { imageRegistry } } });
    const bundled = render({ ci: 'bundled-redis', values: { global: { imageRegistry } } });
    const images = [imageOf(served, 'worker', 'model-server'), imageOf(bundled, 'redis'), imageOf(bundled, 'test')];
    expect(images.filter((image) => !image.startsWith('mirror:5000/') || image.includes('//'))).toEqual([]);
    expect(images.filter((image) => !isRepeatable(image))).toEqual([]);
  });

  it.each(['redis', 'redis:latest', 'registry:5000/redis'])(
    'of a bundled Redis are refused where they change: %s',
    (image) => {
      expect(refusal({ ci: 'bundled-redis', values: { redis: { bundled: { image } } } })).toContain('[IMAGE_LATEST]');
    },
  );

  it('are pulled with the same secrets in every pod', () => {
    const secrets = podsOf(render({ ci: 'hardened' })).map(({ spec }) => spec['imagePullSecrets']);
    expect(secrets).toEqual(Array.from({ length: 5 }, () => [{ name: 'mirror' }]));
  });
});
