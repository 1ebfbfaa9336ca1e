import { describe, expect, it } from 'vitest';
import { gpuFaults } from './gpu-faults.ts';
import { hardeningFaults } from './hardening.ts';
import { isRepeatable } from './image-reference.ts';
import type { Pod } from './objects.ts';
import { restrictedFaults } from './pod-security.ts';

const asks = (count: unknown) => ({ limits: { memory: '1Gi', 'nvidia.com/gpu': count } });
const unseen = { name: 'NVIDIA_VISIBLE_DEVICES', value: 'void' };
const healthyContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** A worker with a GPU and a sidecar without; each row below spoils it. */
const pod = (spec: object = {}, worker: object = {}, sidecar: object = {}, annotations = {}): Pod => ({
  of: 'Pod w',
  metadata: { annotations },
  spec: {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: context(),
    initContainers: [
      {
        name: 'sidecar',
        image: 's:1',
        restartPolicy: 'Always',
        env: [unseen],
        securityContext: healthyContext,
        ...sidecar,
      },
    ],
    containers: [
      { name: 'worker', image: 'w:1', resources: asks(1), securityContext: healthyContext, ...worker } as never,
    ],
    volumes: [{ name: 'tmp', emptyDir: {} }],
    ...spec,
  },
});
const context = (more: object = {}): Record<string, unknown> => ({
  runAsNonRoot: true,
  runAsUser: 10_001,
  runAsGroup: 10_001,
  fsGroup: 10_001,
  fsGroupChangePolicy: 'OnRootMismatch',
  seccompProfile: { type: 'RuntimeDefault' },
  ...more,
});
const inPod = (more: object): Pod => pod({ securityContext: context(more) });
const inWorker = (more: object): Pod => pod({}, { securityContext: { ...healthyContext, ...more } });

describe('the walker of Pod Security "restricted"', () => {
  it('has nothing against a healthy pod', () => {
    expect([restrictedFaults, hardeningFaults, gpuFaults].flatMap((faultsOf) => faultsOf(pod()))).toEqual([]);
  });

  const bad: Readonly<Record<string, Pod>> = {
    'pod: hostNetwork': pod({ hostNetwork: true }),
    'pod: hostPID': pod({ hostPID: true }),
    'pod: hostIPC': pod({ hostIPC: true }),
    'pod: hostPath': pod({ volumes: [{ name: 'node', hostPath: { path: '/' } }] }),
    'pod: nfs': pod({ volumes: [{ name: 'far', nfs: {} }] }),
    'pod: kernel.msgmax': inPod({ sysctls: [{ name: 'kernel.msgmax', value: '1' }] }),
    'pod: runAsUser': inPod({ runAsUser: 0 }),
    'pod: runAsNonRoot': inPod({ runAsNonRoot: false }),
    'pod: seccompProfile': inPod({ seccompProfile: { type: 'Unconfined' } }),
    'pod: appArmorProfile': inPod({ appArmorProfile: { type: 'Unconfined' } }),
    'pod: seLinuxOptions': inPod({ seLinuxOptions: { type: 'spc_t' } }),
    'pod: hostProcess': inPod({ windowsOptions: { hostProcess: true } }),
    'pod: container.apparmor.security.beta.kubernetes.io/worker': pod(
      {},
      {},
      {},
      {
        'container.apparmor.security.beta.kubernetes.io/worker': 'unconfined',
      },
    ),
    'worker: runAsUser': inWorker({ runAsUser: 0 }),
    'worker: runAsNonRoot': inWorker({ runAsNonRoot: false }),
    'worker: seccompProfile': inWorker({ seccompProfile: { type: 'Unconfined' } }),
    'worker: privileged': inWorker({ privileged: true }),
    'worker: allowPrivilegeEscalation': inWorker({ allowPrivilegeEscalation: undefined }),
    'worker: capabilities.drop': inWorker({ capabilities: {} }),
    'worker: capabilities.add': inWorker({ capabilities: { drop: ['ALL'], add: ['SYS_ADMIN'] } }),
    'worker: procMount': inWorker({ procMount: 'Unmasked' }),
    'worker: hostPort': pod({}, { ports: [{ containerPort: 8080, hostPort: 8080 }] }),
    'worker: host of a probe or hook': pod({}, { livenessProbe: { httpGet: { port: 80, host: '10.0.0.1' } } }),
    'sidecar: allowPrivilegeEscalation': pod({}, {}, { securityContext: { capabilities: { drop: ['ALL'] } } }),
  };
  it.each(Object.entries(bad))('finds %s', (fault, spoilt) => {
    expect(restrictedFaults(spoilt)).toEqual([fault]);
  });

  it('misses what neither the pod nor its container says', () => {
    const silent = pod({ securityContext: {} });
    expect(restrictedFaults(silent)).toEqual(
      ['sidecar', 'worker'].flatMap((name) => [
        `${name}: runAsNonRoot is not set`,
        `${name}: seccompProfile is not set`,
      ]),
    );
  });
});

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
