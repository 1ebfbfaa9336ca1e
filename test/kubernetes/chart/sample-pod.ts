import type { Pod } from './objects.ts';

export const asks = (count: unknown) => ({ limits: { memory: '1Gi', 'nvidia.com/gpu': count } });
export const unseen = { name: 'NVIDIA_VISIBLE_DEVICES', value: 'void' };
const healthyContext = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
};

/** A worker with a GPU and a sidecar without; each row below spoils it. */
export const pod = (spec: object = {}, worker: object = {}, sidecar: object = {}, annotations = {}): Pod => ({
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
export const inPod = (more: object): Pod => pod({ securityContext: context(more) });
export const inWorker = (more: object): Pod => pod({}, { securityContext: { ...healthyContext, ...more } });
