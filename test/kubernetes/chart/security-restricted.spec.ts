import { describe, expect, it } from 'vitest';
import type { Pod } from './objects.ts';
import { restrictedFaults } from './pod-security.ts';
import { inPod, inWorker, pod } from './sample-pod.ts';

describe('the walker of Pod Security "restricted"', () => {
  it('has nothing against a healthy pod', () => {
    expect(restrictedFaults(pod())).toEqual([]);
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
