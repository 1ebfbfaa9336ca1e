import { containersOf, type Container, type Pod } from './objects.ts';

/**
 * What the level `restricted` of Pod Security has against a pod, as `WHERE: FIELD`; with what `baseline` forbids.
 * Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/ of Kubernetes 1.34.
 */
export function restrictedFaults(pod: Pod): readonly string[] {
  const context = (pod.spec.securityContext ?? {}) as SecurityContext;
  return [
    ...named('pod', [...hostFaults(pod), ...sysctlFaults(context), ...volumeFaults(pod), ...contextFaults(context)]),
    ...containersOf(pod).flatMap((container) => named(container.name, containerFaults(container, context))),
    ...apparmorFaults(pod),
  ];
}

interface SecurityContext {
  readonly runAsNonRoot?: boolean;
  readonly runAsUser?: number;
  readonly seccompProfile?: { readonly type: string };
  readonly appArmorProfile?: { readonly type: string };
  readonly seLinuxOptions?: { readonly type?: string; readonly user?: string; readonly role?: string };
  readonly windowsOptions?: { readonly hostProcess?: boolean };
  readonly sysctls?: readonly { readonly name: string }[];
  readonly privileged?: boolean;
  readonly allowPrivilegeEscalation?: boolean;
  readonly procMount?: string;
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
}

const seLinuxTypes = [undefined, '', 'container_t', 'container_init_t', 'container_kvm_t', 'container_engine_t'];

/** What is forbidden to a pod and to a container alike. */
function contextFaults(context: SecurityContext): readonly string[] {
  const { seLinuxOptions: { type, user = '', role = '' } = {} } = context;
  return faults({
    runAsUser: context.runAsUser === 0,
    runAsNonRoot: context.runAsNonRoot === false,
    seccompProfile: !isProfile(context.seccompProfile),
    appArmorProfile: !isProfile(context.appArmorProfile),
    seLinuxOptions: !seLinuxTypes.includes(type) || user !== '' || role !== '',
    hostProcess: context.windowsOptions?.hostProcess === true,
  });
}

function containerFaults(container: Container, pod: SecurityContext): readonly string[] {
  const context = (container.securityContext ?? {}) as SecurityContext;
  const { add = [], drop = [] } = context.capabilities ?? {};
  return [
    ...contextFaults(context),
    ...faults({
      'runAsNonRoot is not set': (context.runAsNonRoot ?? pod.runAsNonRoot) === undefined,
      'seccompProfile is not set': (context.seccompProfile ?? pod.seccompProfile) === undefined,
      privileged: context.privileged === true,
      allowPrivilegeEscalation: context.allowPrivilegeEscalation !== false,
      'capabilities.drop': !drop.includes('ALL'),
      'capabilities.add': add.some((each) => each !== 'NET_BIND_SERVICE'),
      procMount: (context.procMount ?? 'Default') !== 'Default',
      hostPort: /"hostPort":[1-9]/.test(JSON.stringify(container['ports'] ?? [])),
      'host of a probe or hook': hooks.some((hook) => /"host":"./.test(JSON.stringify(container[hook] ?? {}))),
    }),
  ];
}

const hooks = ['startupProbe', 'livenessProbe', 'readinessProbe', 'lifecycle'];

function hostFaults({ spec }: Pod): readonly string[] {
  return ['hostNetwork', 'hostPID', 'hostIPC'].filter((field) => spec[field] === true);
}

const volumeTypes = /^(name|configMap|csi|downwardAPI|emptyDir|ephemeral|persistentVolumeClaim|projected|secret)$/;

function volumeFaults({ spec }: Pod): readonly string[] {
  return (spec.volumes ?? []).flatMap(Object.keys).filter((type) => !volumeTypes.test(type));
}

const safeSysctls =
  /^(kernel\.shm_rmid_forced|net\.ipv4\.(ip_local_port_range|ip_local_reserved_ports|ip_unprivileged_port_start|ping_group_range|tcp_syncookies|tcp_keepalive_(time|intvl|probes)|tcp_fin_timeout|tcp_rmem|tcp_wmem))$/;

function sysctlFaults({ sysctls = [] }: SecurityContext): readonly string[] {
  return sysctls.map(({ name }) => name).filter((name) => !safeSysctls.test(name));
}

/** As it was said before there was a field for it. */
function apparmorFaults({ metadata }: Pod): readonly string[] {
  return Object.entries(metadata.annotations ?? {})
    .filter(([key]) => key.startsWith('container.apparmor.security.beta.kubernetes.io/'))
    .filter(([, profile]) => profile !== '' && profile !== 'runtime/default' && !profile.startsWith('localhost/'))
    .map(([key]) => `pod: ${key}`);
}

function isProfile(profile: { readonly type: string } | undefined): boolean {
  return profile === undefined || profile.type === 'RuntimeDefault' || profile.type === 'Localhost';
}

function faults(found: Readonly<Record<string, boolean>>): readonly string[] {
  return Object.keys(found).filter((fault) => found[fault]);
}

function named(where: string, found: readonly string[]): readonly string[] {
  return found.map((fault) => `${where}: ${fault}`);
}
