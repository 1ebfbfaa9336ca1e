import { describe, expect, it } from 'vitest';
import { gpuFaults } from './gpu-faults.ts';
import { hardeningFaults } from './hardening.ts';
import { isRepeatable } from './image-reference.ts';
import type { Pod } from './objects.ts';
import { asks, inPod, inWorker, pod, unseen } from './sample-pod.ts';

describe('the walker of what the chart promises beyond it', () => {
  const bad: Readonly<Record<string, Pod>> = {
    'pod: runAsUser': inPod({ runAsUser: 1000 }),
    'pod: fsGroup': inPod({ fsGroup: undefined }),
    'pod: fsGroupChangePolicy': inPod({ fsGroupChangePolicy: 'Always' }),
    'pod: automountServiceAccountToken': pod({ automountServiceAccountToken: undefined }),
    'pod: enableServiceLinks': pod({ enableServiceLinks: true }),
    'pod: serviceAccountToken': pod({
      volumes: [{ name: 't', projected: { sources: [{ serviceAccountToken: {} }] } }],
    }),
    'worker: readOnlyRootFilesystem': inWorker({ readOnlyRootFilesystem: false }),
    'worker: runAsUser': inWorker({ runAsUser: 1000 }),
    'worker: no memory limit': pod({}, { resources: {} }),
    'worker: a CPU limit': pod({}, { resources: { limits: { memory: '1Gi', cpu: '1' } } }),
  };
  it('has nothing against a healthy pod', () => {
    expect(hardeningFaults(pod())).toEqual([]);
  });

  it.each(Object.entries(bad))('finds %s', (fault, spoilt) => {
    expect(hardeningFaults(spoilt)).toEqual([fault]);
  });
});

describe('the walker of GPUs', () => {
  const bad: Readonly<Record<string, Pod>> = {
    'worker: NVIDIA_VISIBLE_DEVICES is "all"': pod({}, { env: [{ ...unseen, value: 'all' }] }),
    'worker: NVIDIA_VISIBLE_DEVICES is "void"': pod({}, { env: [unseen] }),
    'sidecar: NVIDIA_VISIBLE_DEVICES is ""': pod({}, {}, { env: [] }),
    'sidecar: NVIDIA_VISIBLE_DEVICES is "void,all"': pod({}, {}, { env: [unseen, { ...unseen, value: 'all' }] }),
    'sidecar: NVIDIA_VISIBLE_DEVICES is "from elsewhere"': pod({}, {}, { env: [{ name: unseen.name, valueFrom: {} }] }),
    'pod: two containers ask for a GPU': pod({}, {}, { env: [], resources: asks(1) }),
    'worker: nvidia.com/gpu is no whole number': pod({}, { resources: asks('500m') }),
    'worker: nvidia.com/gpu is no limit': pod({}, { resources: { requests: { 'nvidia.com/gpu': 1 } } }),
    'worker: nvidia.com/gpu is requested otherwise': pod(
      {},
      { resources: { ...asks(2), requests: { 'nvidia.com/gpu': 1 } } },
    ),
    'worker: two kinds of GPU': pod({}, { resources: { limits: { 'nvidia.com/gpu': 1, 'nvidia.com/gpu.shared': 1 } } }),
  };
  it('has nothing against a healthy pod', () => {
    expect(gpuFaults(pod())).toEqual([]);
  });

  it.each(Object.entries(bad))('finds %s', (fault, spoilt) => {
    expect(gpuFaults(spoilt)).toEqual([fault]);
  });
});

describe('the name of an image', () => {
  it.each(['redis', 'redis:latest', 'registry:5000/redis', 'r/x:', 'x:1:2', 'X:1', '/x:1', 'x@sha256:1'])(
    'is found to say too little: %s',
    (image) => {
      expect(isRepeatable(image)).toBe(false);
    },
  );

  it.each(['redis:7', 'registry:5000/a/b:1.2-x', `r/x@sha256:${'a'.repeat(64)}`])('is enough: %s', (image) => {
    expect(isRepeatable(image)).toBe(true);
  });
});
