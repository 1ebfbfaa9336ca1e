import { describe, expect, it } from 'vitest';
import { containerOf, podOf, variable } from './components.ts';
import { hasHelm, refusal, render } from './helm.ts';

const inZone = (zone: string) => ({ key: 'topology.kubernetes.io/zone', operator: 'In', values: [zone] });
const product = { key: 'nvidia.com/gpu.product', operator: 'In', values: ['NVIDIA-H200'] };
const memory = { key: 'nvidia.com/gpu.memory', operator: 'Gt', values: ['79999'] };
const nodes = { products: ['NVIDIA-H200'], minMemoryMiB: 80_000 };
const required = (...terms: readonly unknown[]) => ({
  nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } },
});
const affinityWith = (worker: object): unknown => podOf(render({ values: { worker } }), 'worker').spec['affinity'];

describe.skipIf(!hasHelm)('the nodes of a GPU (skipped without helm)', () => {
  it.each([
    ['products and memory', nodes, [product, memory]],
    ['products alone', { products: ['NVIDIA-H200'] }, [product]],
    ['memory alone', { minMemoryMiB: 80_000 }, [memory]],
  ])('are required by %s', (_, wanted, expressions) => {
    expect(affinityWith({ gpu: { nodes: wanted } })).toEqual(required({ matchExpressions: expressions }));
  });

  it('are required in each of your terms, of which any may be met', () => {
    const terms = [
      { matchExpressions: [inZone('a')] },
      { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] },
    ];
    expect(affinityWith({ gpu: { nodes }, affinity: required(...terms) })).toEqual(
      required(
        { matchExpressions: [inZone('a'), product, memory] },
        { ...terms[1], matchExpressions: [product, memory] },
      ),
    );
  });

  it('leave the rest of your affinity as it is', () => {
    const preferred = [{ weight: 1, preference: { matchExpressions: [inZone('a')] } }];
    const podAntiAffinity = { preferredDuringSchedulingIgnoredDuringExecution: [] };
    const affinity = { podAntiAffinity, nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } };
    const { nodeAffinity } = required({ matchExpressions: [product, memory] });
    expect(affinityWith({ gpu: { nodes }, affinity })).toEqual({
      podAntiAffinity,
      nodeAffinity: { ...affinity.nodeAffinity, ...nodeAffinity },
    });
  });

  it.each([{ gpu: { mode: 'none', nodes } }, {}])('are any with %j', (worker) => {
    expect(affinityWith(worker)).toBeUndefined();
  });
});

describe.skipIf(!hasHelm)('the GPU that a worker is told of (skipped without helm)', () => {
  const environmentOf = (worker: object, name: string): string | undefined =>
    variable(containerOf(podOf(render({ values: { worker } }), 'worker'), 'worker'), name);

  it.each([
    ['time-slicing', 'true'],
    ['mps', 'true'],
    ['mig', undefined],
    ['exclusive', undefined],
  ])('is shared under %s: %s', (sharing, shared) => {
    expect(environmentOf({ gpu: { sharing } }, 'TELEMETRY_GPU_SHARED')).toBe(shared);
  });

  it('is found by itself, is none, or is asked of the model server', () => {
    const handler = { path: 'http://127.0.0.1:9000/v1/x' };
    const modelServer = { enabled: true, image: 'm:1', http: { port: 9000, metricsPath: '/m' } };
    const gpus = [{}, { gpu: { mode: 'none' } }, { handler, modelServer }];
    expect(gpus.map((worker) => environmentOf(worker, 'TELEMETRY_GPU'))).toEqual([
      undefined,
      'none',
      'model-server:http://127.0.0.1:9000/m',
    ]);
  });

  it.each([
    [
      'another container',
      'minimal',
      { extra: { containers: [{ name: 'x', image: 'x:1', resources: { limits: { 'nvidia.com/gpu': 1 } } }] } },
    ],
    ['the worker beside a model server', 'model-server', { resources: { limits: { 'nvidia.com/gpu': 1 } } }],
    ['a worker without a GPU', 'bundled-redis', { resources: { limits: { 'nvidia.com/gpu': 1 } } }],
  ])("is nobody else's: %s that asks for one is refused", (_, ci, worker) => {
    expect(refusal({ ci, values: { worker } })).toContain('[GPU_OWNER]');
  });
});
