import { describe, expect, it } from 'vitest';
import { isOpen, type Connection, type Rule } from './network-policies.ts';
import type { KubernetesObject } from './objects.ts';

const worker = { namespace: 'ns', labels: { app: 'worker' }, ports: { http: 8080 } };
const redis = { namespace: 'db', labels: { app: 'redis' }, ports: { redis: 6379 } };
const outside = { address: '8.8.8.8' };

/** Of the worker, both ways; what a test leaves out is closed. */
const policy = (rules: {
  readonly ingress?: readonly Rule[];
  readonly egress?: readonly Rule[];
}): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name: 'w', namespace: 'ns' },
  spec: { podSelector: { matchLabels: { app: 'worker' } }, policyTypes: ['Ingress', 'Egress'], ...rules },
});
const toRedis: Connection = { from: worker, to: redis, port: 6379 };
const out = (rule: Rule, connection: Connection = toRedis): boolean => isOpen([policy({ egress: [rule] })], connection);

describe('a NetworkPolicy, as it is read here,', () => {
  it('closes what no rule opens, both ways, and only for the pods it selects', () => {
    expect(isOpen([policy({})], toRedis)).toBe(false);
    expect(isOpen([policy({})], { from: redis, to: worker, port: 8080 })).toBe(false);
    expect(isOpen([policy({})], { from: redis, to: outside, port: 443 })).toBe(true);
    expect(isOpen([policy({})], { from: { ...worker, namespace: 'other' }, to: redis, port: 6379 })).toBe(true);
    expect(isOpen([], toRedis)).toBe(true);
  });

  it('opens everything by a rule without peers and ports', () => {
    expect(out({})).toBe(true);
    expect(out({ to: [] }, { from: worker, to: outside, port: 1 })).toBe(true);
  });

  it('means its own namespace by a pod selector alone, and both by both', () => {
    const podSelector = { matchLabels: { app: 'redis' } };
    const inDb = { matchLabels: { 'kubernetes.io/metadata.name': 'db' } };
    expect(out({ to: [{ podSelector }] })).toBe(false);
    expect(out({ to: [{ podSelector }] }, { ...toRedis, to: { ...redis, namespace: 'ns' } })).toBe(true);
    expect(out({ to: [{ podSelector, namespaceSelector: inDb }] })).toBe(true);
    expect(out({ to: [{ podSelector: { matchLabels: { app: 'x' } }, namespaceSelector: inDb }] })).toBe(false);
    expect(out({ to: [{ namespaceSelector: {} }] })).toBe(true);
    expect(out({ to: [{ namespaceSelector: {} }] }, { from: worker, to: outside, port: 443 })).toBe(false);
  });

  it.each([
    ['8.8.8.8', '0.0.0.0/0', true],
    ['10.1.1.1', '0.0.0.0/0', false],
    ['2001:db8::1', '0.0.0.0/0', false],
    ['::ffff:10.1.1.1', '0.0.0.0/0', false],
    ['::ffff:10.1.1.1', '::/0', true],
  ])('reads %s to lie in %s, without 10.0.0.0/8: %s', (address, cidr, expected) => {
    const ipBlock = { cidr, ...(cidr === '0.0.0.0/0' && { except: ['10.0.0.0/8'] }) };
    expect(out({ to: [{ ipBlock }] }, { from: worker, to: { address }, port: 443 })).toBe(expected);
  });

  it.each([
    [{ port: 6379 }, true],
    [{ port: 6380 }, false],
    [{ port: 6379, protocol: 'UDP' }, false],
    [{ protocol: 'TCP' }, true],
    [{ port: 'redis' }, true],
    [{ port: 'http' }, false],
    [{ port: 6000, endPort: 6400 }, true],
    [{ port: 6000, endPort: 6300 }, false],
  ])('reads the port %j to be that of a Redis: %s', (port, expected) => {
    expect(out({ ports: [port] })).toBe(expected);
  });

  it('is one of several, of which any may open, at both ends', () => {
    const open = policy({ egress: [{ ports: [{ port: 6379 }] }] });
    const closed = {
      ...policy({}),
      metadata: { name: 'db', namespace: 'db' },
      spec: { ...policy({}).spec, podSelector: {} },
    };
    expect(isOpen([policy({}), open], toRedis)).toBe(true);
    expect(isOpen([open, closed], toRedis)).toBe(false);
  });
});
