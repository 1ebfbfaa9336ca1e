import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

export function isAddress(value: string): boolean {
  return value === 'localhost' || isIP(value) !== 0;
}

/** Only this machine can reach it. */
export function isLoopback(address: string): boolean {
  return address === 'localhost' || (isIP(address) !== 0 && ipaddr.process(address).range() === 'loopback');
}
