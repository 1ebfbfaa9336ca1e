import { beforeAll, describe, expect, it } from 'vitest';
import { cases, hasHelm } from './helm.ts';
import { blockFaults, blocksOf } from './ip-blocks.ts';
import { elsewhere, endOf, endsOf, needsOf, openPorts, openPortsTo, policiesIn } from './network-ends.ts';
import { isOpen, policiesOf, rulesOf, type End } from './network-policies.ts';
import { podsOf, type KubernetesObject } from './objects.ts';
import { renderOnce } from './render-once.ts';

const rendered = renderOnce();
/** Where these are not open to anybody. */
const named = { redis: ['redis-tls'], otlp: ['hardened'], gateway: ['hardened'], scrape: ['hardened'] };
const ascending = (ports: readonly (number | undefined)[]): readonly number[] =>
  ports.filter((port) => port !== undefined).toSorted((a, b) => a - b);

describe.skipIf(!hasHelm).each(cases)('the network with %s (skipped without helm)', (ci) => {
  let objects: readonly KubernetesObject[];
  let ends: Readonly<Record<string, End>>;
  beforeAll(() => {
    objects = rendered(ci);
    ends = Object.fromEntries(endsOf(objects));
  });
  const open = (from: string, to: string): readonly number[] => {
    const all: Readonly<Record<string, End | undefined>> = { ...elsewhere, ...ends };
    const [first, second] = [all[from], all[to]];
    if (first === undefined || second === undefined) throw new Error(`There is no ${from} or no ${to}`);
    return openPorts(objects, { from: first, to: second });
  };

  it('has one policy for each pod', () => {
    expect(podsOf(objects).map((pod) => policiesOf(policiesIn(objects), endOf(pod)).length)).toEqual(
      podsOf(objects).map(() => 1),
    );
  });

  it('has no rule for all ports, and none that leads to all addresses', () => {
    const outward = policiesIn(objects).flatMap((policy) => rulesOf(policy, 'Egress'));
    const inward = policiesIn(objects).flatMap((policy) => rulesOf(policy, 'Ingress'));
    const vague = [...outward, ...inward].filter(
      ({ ports = [] }) =>
        ports.length === 0 || ports.some(({ port, endPort }) => port === undefined || endPort !== undefined),
    );
    expect(vague).toEqual([]);
    const peers = outward.map(({ to = [] }) => to);
    expect(peers.filter((to) => to.length === 0 || to.some((peer) => Object.keys(peer).length === 0))).toEqual([]);
  });

  it('lets worker, gateway and tests ask the DNS, over UDP and TCP', () => {
    for (const component of ['worker', 'gateway', 'test']) {
      const from = ends[component] as End;
      const answers = (['UDP', 'TCP'] as const).map((protocol) =>
        isOpen(policiesIn(objects), { from, to: elsewhere.dns, port: 53, protocol }),
      );
      expect([component, ...answers]).toEqual([component, true, true]);
    }
  });

  it.each(['worker', 'gateway'] as const)(
    'lets the %s go where its environment sends it, and nowhere else',
    (component) => {
      const { queue, otlp } = needsOf(objects, component);
      const isBundled = ends['redis'] !== undefined;
      const anywhere = ascending([
        isBundled || named.redis.includes(ci) ? undefined : queue,
        named.otlp.includes(ci) ? undefined : otlp,
      ]);
      const webhooks = component === 'gateway' && ci !== 'hardened' ? [443] : [];
      expect({
        private: open(component, 'private'),
        stranger: open(component, 'stranger'),
        neighbour: open(component, 'neighbour'),
        public: open(component, 'public'),
        bundled: isBundled ? open(component, 'redis') : [],
      }).toEqual({
        private: anywhere,
        stranger: anywhere,
        neighbour: anywhere,
        public: ascending([...anywhere, ...webhooks]),
        bundled: isBundled ? [queue] : [],
      });
    },
  );

  it('lets tests call the gateway, and neither Redis nor anything else', () => {
    const others = [...Object.keys(elsewhere).filter((each) => each !== 'dns'), ...Object.keys(ends)];
    expect(others.filter((to) => open('test', to).length > 0)).toEqual(['gateway']);
    expect(open('test', 'gateway')).toEqual([8080]);
    expect(open('test', 'dns')).toEqual([53]);
  });

  it('lets the gateway be called over 8080: by anybody, or by whom you name', () => {
    const callers = ['client', 'prometheus', 'stranger', 'neighbour', 'private', 'public'];
    const called = callers.filter((from) => open(from, 'gateway').length > 0);
    expect(called).toEqual(named.gateway.includes(ci) ? ['client', 'prometheus'] : callers);
    expect(open('client', 'gateway')).toEqual([8080]);
  });

  it('lets the worker be scraped over 8080, and its model server be asked by nobody', () => {
    const callers = ['prometheus', 'client', 'stranger', 'neighbour'];
    const called = callers.filter((from) => open(from, 'worker').length > 0);
    expect(called).toEqual(named.scrape.includes(ci) ? ['prometheus'] : callers);
    expect(open('prometheus', 'worker')).toEqual([8080]);
  });

  it('keeps everybody from the tests, and others from a bundled Redis, which goes nowhere', () => {
    const callers = ['client', 'prometheus', 'stranger', 'neighbour', 'private', 'public'];
    expect(callers.filter((from) => open(from, 'test').length > 0)).toEqual([]);
    if (ends['redis'] === undefined) return;
    expect(callers.filter((from) => open(from, 'redis').length > 0)).toEqual([]);
    expect(Object.keys(elsewhere).filter((to) => open('redis', to).length > 0)).toEqual([]);
  });

  it('leads to no credentials of a cloud', () => {
    const all = ['169.254.169.254', 'fd00:ec2::254'].flatMap((address) => openPortsTo(objects, { address }));
    expect(all).toEqual([]);
  });

  it('is written as the API server takes it', () => {
    expect(blocksOf(objects).flatMap(blockFaults)).toEqual([]);
  });
});
