import ipaddr from 'ipaddr.js';
import type { KubernetesObject } from './objects.ts';
import { selects, type LabelSelector, type Labels } from './selectors.ts';

/** An end of a connection: a pod, or an address outside of the cluster. To many networks a pod is no address. */
export type End = PodEnd | { readonly address: string };

export interface PodEnd {
  readonly namespace: string;
  readonly labels: Labels;
  /** Numbers of its named ports. */
  readonly ports?: Readonly<Record<string, number>>;
}

export interface Connection {
  readonly from: End;
  readonly to: End;
  readonly port: number;
  /** Default TCP. */
  readonly protocol?: 'TCP' | 'UDP';
}

export interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly {
    readonly port?: number | string;
    readonly protocol?: string;
    readonly endPort?: number;
  }[];
}

export interface Peer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

/** Whether a connection is let out where it begins and let in where it ends, as a network that keeps the policies does. */
export function isOpen(policies: readonly KubernetesObject[], connection: Connection): boolean {
  return isOpenAt(policies, 'Egress', connection) && isOpenAt(policies, 'Ingress', connection);
}

/** Policies that hold for a pod. */
export function policiesOf(policies: readonly KubernetesObject[], end: End): readonly KubernetesObject[] {
  if ('address' in end) return [];
  return policies.filter(
    ({ metadata, spec }) =>
      metadata.namespace === end.namespace && selects(spec.podSelector as LabelSelector, end.labels),
  );
}

export function rulesOf({ spec }: KubernetesObject, direction: 'Ingress' | 'Egress'): readonly Rule[] {
  return (spec[direction.toLowerCase()] ?? []) as readonly Rule[];
}

function isOpenAt(
  policies: readonly KubernetesObject[],
  direction: 'Ingress' | 'Egress',
  connection: Connection,
): boolean {
  const [own, other] = direction === 'Egress' ? [connection.from, connection.to] : [connection.to, connection.from];
  const holding = policiesOf(policies, own).filter(({ spec }) =>
    (spec.policyTypes as readonly string[]).includes(direction),
  );
  if (holding.length === 0) return true;
  return holding.some((policy) =>
    rulesOf(policy, direction).some(
      ({ from, to, ports }) =>
        isAmong(from ?? to, other, policy.metadata.namespace) &&
        (ports === undefined || ports.some((port) => isPort(port, connection))),
    ),
  );
}

/** No peers at all are all peers. */
function isAmong(peers: readonly Peer[] | undefined, end: End, namespace: string | undefined): boolean {
  if (peers === undefined || peers.length === 0) return true;
  return peers.some(({ ipBlock, podSelector, namespaceSelector }) => {
    if ('address' in end) return ipBlock !== undefined && isIn(ipBlock, end.address);
    if (ipBlock !== undefined) return false;
    const inNamespace =
      namespaceSelector === undefined
        ? end.namespace === namespace
        : selects(namespaceSelector, { 'kubernetes.io/metadata.name': end.namespace });
    return inNamespace && selects(podSelector ?? {}, end.labels);
  });
}

function isIn({ cidr, except = [] }: NonNullable<Peer['ipBlock']>, address: string): boolean {
  return matches(cidr, address) && !except.some((each) => matches(each, address));
}

function matches(cidr: string, text: string): boolean {
  const address = ipaddr.parse(text);
  const block = ipaddr.parseCIDR(cidr);
  return address.kind() === block[0].kind() && address.match(block);
}

function isPort(
  { port, protocol = 'TCP', endPort }: NonNullable<Rule['ports']>[number],
  { to, port: asked, protocol: over = 'TCP' }: Connection,
): boolean {
  if (protocol !== over) return false;
  if (port === undefined) return true;
  const first = typeof port === 'number' ? port : 'address' in to ? NaN : (to.ports?.[port] ?? NaN);
  return asked >= first && asked <= (endPort ?? first);
}
