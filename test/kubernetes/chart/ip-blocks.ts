import ipaddr from 'ipaddr.js';
import { policiesIn } from './network-ends.ts';
import { rulesOf } from './network-policies.ts';
import type { KubernetesObject } from './objects.ts';

export interface Block {
  readonly cidr: string;
  readonly except?: readonly string[];
}

export function blocksOf(objects: readonly KubernetesObject[]): readonly Block[] {
  const rules = policiesIn(objects).flatMap((each) => [...rulesOf(each, 'Ingress'), ...rulesOf(each, 'Egress')]);
  return rules.flatMap(({ from = [], to = [] }) => [...from, ...to].flatMap(({ ipBlock }) => ipBlock ?? []));
}

/** What the API server has against a block, as `ValidateIPBlock` of Kubernetes does: an exception lies within it, and is smaller. */
export function blockFaults({ cidr, except = [] }: Block): readonly string[] {
  const [base, length] = ipaddr.parseCIDR(cidr);
  const outside = except.filter((each) => {
    const [own, ownLength] = ipaddr.parseCIDR(each);
    // Go reads an IPv4-mapped address as one of IPv4, which lies in no block of IPv6.
    const isMapped = own instanceof ipaddr.IPv6 && own.isIPv4MappedAddress();
    return isMapped || own.kind() !== base.kind() || ownLength <= length || !own.match(base, length);
  });
  const inexact = [cidr, ...except].filter((each) => !isCanonical(each));
  return [
    ...inexact.map((each) => `${each} has bits beyond its length`),
    ...outside.map((each) => `${each} is not in ${cidr}`),
  ];
}

function isCanonical(cidr: string): boolean {
  const [address] = ipaddr.parseCIDR(cidr);
  const kind = address.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  return kind.networkAddressFromCIDR(cidr).toString() === address.toString();
}
