import { describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../apps/gateway/webhooks/public-address.ts';
import { hasHelm, render } from './helm.ts';
import { blockFaults } from './ip-blocks.ts';
import { endIn, openPortsTo, policiesIn } from './network-ends.ts';
import { isOpen } from './network-policies.ts';
import type { KubernetesObject } from './objects.ts';
import { renderOnce } from './render-once.ts';

const rendered = renderOnce();

/** Where clouds give out credentials to whoever asks, beside 169.254.169.254. */
const credentials = {
  'fd00:ec2::254': 'AWS',
  '169.254.170.23': 'AWS, for pods',
  'fd00:ec2::23': 'AWS, for pods',
  'fd20:ce::254': 'Google',
  'fe80::a9fe:a9fe': 'OpenStack',
  '100.100.100.200': 'Alibaba',
};

const closed =
  '10.0.0.1 10.255.255.255 172.16.0.1 172.31.255.255 192.168.0.1 192.168.255.255 100.64.0.1 100.127.255.255 127.0.0.1 ' +
  '169.254.169.254 0.0.0.0 192.0.0.192 224.0.0.1 255.255.255.255 :: ::1 fc00::1 fd00:ec2::254 fdff::1 fe80::1 febf::1 ff02::1 ' +
  '::a00:1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 ::ffff:8.8.8.8 64:ff9b::a00:1 64:ff9b:1::a00:1 2002:a00:1::1';
const reached =
  '8.8.8.8 9.255.255.255 11.0.0.1 172.15.0.1 172.32.0.1 192.167.0.1 192.169.0.1 100.63.0.1 100.128.0.1 223.255.255.1 ' +
  '2606:4700::1111 2a00:1450:4001::1';

describe.skipIf(!hasHelm)('addresses (skipped without helm)', () => {
  it.each(Object.entries(credentials))('that give out credentials are closed: %s (%s)', (address) => {
    expect(openPortsTo(rendered('keda-prometheus'), { address })).toEqual([]);
  });

  it('that give out credentials would be found open', () => {
    const objects = JSON.stringify(rendered('minimal')).replaceAll('169.254.0.0/16', '169.255.0.0/16');
    const spoilt = JSON.parse(objects) as readonly KubernetesObject[];
    expect(openPortsTo(spoilt, { address: '169.254.169.254' })).toEqual(['gateway 443', 'gateway 6379', 'worker 6379']);
  });

  const getsWebhooks = (address: string): boolean =>
    isOpen(policiesIn(rendered('minimal')), {
      from: endIn(rendered('minimal'), 'gateway'),
      to: { address },
      port: 443,
    });

  it.each(closed.split(' '))('that are not public get no webhook: %s', (address) => {
    expect(getsWebhooks(address)).toBe(false);
  });

  it.each(reached.split(' '))('that the gateway takes for public get webhooks: %s', (address) => {
    expect(isPublicAddress(address)).toBe(true);
    expect(getsWebhooks(address)).toBe(true);
  });

  it.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['10.0.0.0/8', '11.0.0.0/16'],
    ['::/0', '10.0.0.0/8'],
    ['::/0', '::ffff:0:0/96'],
    ['10.0.0.0/8', '10.1.0.0/8'],
  ])('in a block that the API server refuses would be found: %s without %s', (cidr, except) => {
    expect(blockFaults({ cidr, except: [except] })).not.toEqual([]);
    expect(blockFaults({ cidr: '::/0', except: ['::/80', 'fe80::/10'] })).toEqual([]);
  });

  it('of a NodeLocal DNSCache are open for DNS alone', () => {
    const objects = render({ values: { networkPolicy: { dns: { nodeLocalCIDR: '169.254.20.10/32' } } } });
    expect(openPortsTo(rendered('minimal'), { address: '169.254.20.10' })).toEqual([]);
    expect(openPortsTo(objects, { address: '169.254.20.10' })).toEqual(['gateway 53', 'worker 53', 'test 53']);
  });
});
