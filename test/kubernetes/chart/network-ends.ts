import { componentOf, containerOf, podOf, variable } from './components.ts';
import { isOpen, rulesOf, type Connection, type End, type PodEnd } from './network-policies.ts';
import { containersOf, podsOf, type KubernetesObject, type Pod } from './objects.ts';

/** What pods of a release talk to, or must not. */
export const elsewhere = {
  dns: { namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
  keda: { namespace: 'keda', labels: { app: 'keda-operator' } },
  prometheus: { namespace: 'monitoring', labels: { app: 'prometheus' } },
  client: { namespace: 'apps', labels: { app: 'client' } },
  stranger: { namespace: 'other', labels: { app: 'stranger' } },
  neighbour: { namespace: 'ns', labels: { app: 'neighbour' } },
  private: { address: '10.1.2.3' },
  public: { address: '8.8.8.8' },
} as const satisfies Readonly<Record<string, End>>;

export const policiesIn = (objects: readonly KubernetesObject[]): readonly KubernetesObject[] =>
  objects.filter(({ kind }) => kind === 'NetworkPolicy');

export function endOf(pod: Pod): PodEnd {
  const ports = containersOf(pod).flatMap(({ ports = [] }) => ports as readonly ContainerPort[]);
  return {
    namespace: 'ns',
    labels: pod.metadata.labels ?? {},
    ports: Object.fromEntries(ports.map(({ name, containerPort }) => [name, containerPort])),
  };
}

interface ContainerPort {
  readonly name: string;
  readonly containerPort: number;
}

/** Components of the release, as a connection has them. */
export function endsOf(objects: readonly KubernetesObject[]): readonly (readonly [string, PodEnd])[] {
  const all = podsOf(objects).map((pod) => [componentOf(pod), endOf(pod)] as const);
  return all.filter(([name], index) => all.findIndex(([other]) => other === name) === index);
}

/** @throws {Error} where there is no such component */
export function endIn(objects: readonly KubernetesObject[], component: string): PodEnd {
  return endOf(podOf(objects, component));
}

/** Ports over which pods of the release get somewhere: `worker 6379` */
export function openPortsTo(objects: readonly KubernetesObject[], to: End): readonly string[] {
  return endsOf(objects).flatMap(([name, from]) => openPorts(objects, { from, to }).map((port) => `${name} ${port}`));
}

/** Ports over which a connection is open, among those that any rule speaks of, their neighbours, and common ones. */
export function openPorts(
  objects: readonly KubernetesObject[],
  ends: Pick<Connection, 'from' | 'to'>,
): readonly number[] {
  const policies = policiesIn(objects);
  const spoken = policies.flatMap((policy) =>
    (['Ingress', 'Egress'] as const).flatMap((direction) =>
      rulesOf(policy, direction).flatMap(({ ports = [] }) => ports.flatMap(({ port }) => Number(port) || [])),
    ),
  );
  const tried = new Set([
    ...spoken.flatMap((port) => [port - 1, port, port + 1]),
    22,
    53,
    80,
    443,
    6379,
    8000,
    8080,
    9400,
  ]);
  return [...tried].filter((port) => isOpen(policies, { ...ends, port })).toSorted((a, b) => a - b);
}

/** Ports that a pod's own environment sends it to. */
export function needsOf(objects: readonly KubernetesObject[], component: 'worker' | 'gateway') {
  const container = containerOf(podOf(objects, component), component);
  const portOf = (name: string): number | undefined => {
    const address = variable(container, name);
    if (address === undefined) return undefined;
    const { port, protocol } = new URL(address);
    return port === '' ? { 'https:': 443, 'http:': 80 }[protocol] : Number(port);
  };
  return { queue: portOf('QUEUE_URL'), otlp: portOf('OTEL_EXPORTER_OTLP_ENDPOINT') };
}
