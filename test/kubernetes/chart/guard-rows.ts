import { gpuRows } from './guard-rows-gpu.ts';
import { ownedRows } from './guard-rows-owned.ts';
import { scalingRows } from './guard-rows-scaling.ts';

type Values = Readonly<Record<string, unknown>>;

/** Values that cannot work together, what the chart says of them, and the nearest that can. */
export interface GuardRow {
  readonly about: string;
  /** The file of values below them; default `minimal`. */
  readonly ci?: string;
  readonly values: Values;
  readonly says: string;
  readonly passes: Values;
}

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
const ingress = { enabled: true, hosts: [{ host: 'flyball.example.com' }] };

const imageRows: readonly GuardRow[] = [
  {
    about: 'no image',
    values: { image: { repository: '' }, worker: { image: { repository: 'registry.example.com/mine' } } },
    says: '[IMAGE_MISSING] image.repository is empty. Build the image from the Dockerfile and name it here.',
    passes: {
      image: { repository: '' },
      worker: { image: { repository: 'registry.example.com/mine' } },
      gateway: { image: { repository: 'registry.example.com/gateway' } },
    },
  },
  {
    about: 'an image that changes',
    values: { image: { tag: 'latest' } },
    says: '[IMAGE_LATEST] image.tag="latest" is not repeatable. Leave it empty (appVersion), name a version, or set image.digest.',
    passes: { image: { tag: 'latest', digest } },
  },
  {
    about: 'an image that changes, also as the tag of another repository',
    values: { image: { tag: 'latest' }, worker: { image: { repository: 'registry.example.com/mine' } } },
    says: '[IMAGE_LATEST] image.tag="latest" is not repeatable. Leave it empty (appVersion), name a version, or set image.digest.',
    passes: { image: { tag: '1.0' }, worker: { image: { repository: 'registry.example.com/mine' } } },
  },
  {
    about: 'an image of the worker that changes, whose digest the common one is not',
    values: { image: { digest }, worker: { image: { tag: 'latest' } } },
    says: '[IMAGE_LATEST] worker.image.tag="latest" is not repeatable. Leave it empty (appVersion), name a version, or set image.digest.',
    passes: { image: { digest }, worker: { image: { tag: 'latest-cuda' } } },
  },
  {
    about: 'an image of the gateway that changes',
    values: { gateway: { image: { tag: 'latest' } } },
    says: '[IMAGE_LATEST] gateway.image.tag="latest" is not repeatable. Leave it empty (appVersion), name a version, or set image.digest.',
    passes: { gateway: { image: { digest } } },
  },
];

const accessRows: readonly GuardRow[] = [
  {
    about: 'a Redis elsewhere, and nobody knows where',
    values: { redis: { external: { host: '' } } },
    says: '[REDIS_HOST_MISSING] redis.external.host is empty. Name your Redis, or set redis.mode=bundled for development.',
    passes: { redis: { mode: 'bundled', external: { host: '' }, bundled: { allowNoAuth: true } } },
  },
  {
    about: 'an authority for a connection without TLS',
    values: { redis: { external: { tls: { caSecret: 'redis-ca' } } } },
    says: '[REDIS_TLS] redis.external.tls.caSecret="redis-ca" without redis.external.tls.enabled=true. Enable TLS, or leave the CA out.',
    passes: { redis: { external: { tls: { enabled: true, caSecret: 'redis-ca' } } } },
  },
  {
    about: 'a Redis that lets anybody in',
    values: { redis: { mode: 'bundled' } },
    says: '[REDIS_AUTH_MISSING] redis.bundled.existingSecret is empty. Name a Secret, or set redis.bundled.allowNoAuth=true on a throw-away cluster.',
    passes: { redis: { mode: 'bundled', bundled: { existingSecret: 'redis-auth' } } },
  },
  {
    about: 'a Redis that takes all memory of its node',
    ci: 'bundled-redis',
    values: { redis: { bundled: { resources: { limits: { memory: '' } } } } },
    says: '[REDIS_MEMORY] redis.bundled.resources.limits.memory is empty, and Redis would grow until its node has no memory. Set it, such as 256Mi.',
    passes: { redis: { bundled: { resources: { limits: { memory: '0.5Gi' } } } } },
  },
  {
    about: 'no keys',
    values: { auth: { existingSecret: '' } },
    says: '[KEYS_MISSING] auth.existingSecret is empty. Name a Secret with api-keys and admin-keys, or set auth.none=true.',
    passes: { auth: { existingSecret: '', none: true } },
  },
  {
    about: 'keys, and none needed',
    values: { auth: { none: true } },
    says: '[KEYS_CONFLICT] auth.none=true and auth.existingSecret="flyball-keys" exclude each other. Remove one.',
    passes: { auth: { none: false } },
  },
  {
    about: 'an endpoint that is published without keys',
    values: { auth: { existingSecret: '', none: true }, gateway: { ingress } },
    says: '[OPEN_GATEWAY] auth.none=true with an ingress publishes an open endpoint. Set auth.existingSecret.',
    passes: { gateway: { ingress } },
  },
  {
    about: 'an endpoint that a load balancer publishes without keys',
    values: { auth: { existingSecret: '', none: true }, gateway: { service: { type: 'LoadBalancer' } } },
    says: '[OPEN_GATEWAY] auth.none=true with gateway.service.type=LoadBalancer publishes an open endpoint. Set auth.existingSecret.',
    passes: { gateway: { service: { type: 'LoadBalancer' } } },
  },
  {
    about: 'an Ingress to nowhere',
    values: { gateway: { ingress: { enabled: true } } },
    says: '[INGRESS_HOSTS] gateway.ingress.hosts is empty. Name a host: [{ host: flyball.example.com }].',
    passes: { gateway: { ingress } },
  },
  {
    about: 'one account made twice',
    values: { worker: { serviceAccount: { name: 'flyball' } }, gateway: { serviceAccount: { name: 'flyball' } } },
    says: '[SERVICE_ACCOUNT] worker.serviceAccount.name and gateway.serviceAccount.name are both "flyball", and both would be made. Set create=false at one.',
    passes: {
      worker: { serviceAccount: { name: 'flyball' } },
      gateway: { serviceAccount: { name: 'flyball', create: false } },
    },
  },
  {
    about: 'a Prometheus that is locked out by those who may call the gateway',
    values: {
      monitoring: { monitors: { enabled: true } },
      networkPolicy: { peers: { gateway: [{ podSelector: {} }] } },
    },
    says: '[SCRAPE_PEERS] networkPolicy.peers.gateway is set and peers.scrape is empty, so no Prometheus reaches the gateway. Name it in peers.scrape.',
    passes: {
      monitoring: { monitors: { enabled: true } },
      networkPolicy: { peers: { gateway: [{ podSelector: {} }], scrape: [{ namespaceSelector: {} }] } },
    },
  },
];

/** At least one for every message of `_validate.tpl`. */
export const guardRows: readonly GuardRow[] = [...imageRows, ...accessRows, ...ownedRows, ...scalingRows, ...gpuRows];
