import ipaddr from 'ipaddr.js';

/** The addresses that unicast IPv6 has been given; what lies outside only looks public. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** An address of the public internet: not private, loopback, link-local, shared, reserved, or one of these in IPv6 disguise. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (address.range() !== 'unicast') return false;
  return address.kind() === 'ipv4' || address.match(globalUnicast);
}
