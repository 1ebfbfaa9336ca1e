type Meaning = readonly [
  ci: string,
  component: 'worker' | 'gateway',
  values: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>>,
];

const keys = {
  apiKeys: [{ label: 'app', key: 'client-key' }],
  adminKeys: [{ label: 'ops', key: 'operator-key' }],
};

/** What values come to in the settings that Flyball reads. */
export const meanings: readonly Meaning[] = [
  ['minimal', 'worker', {}, { queue: { url: 'redis://redis.example.com:6379/0' }, http: { port: 8080, ...keys } }],
  ['minimal', 'gateway', {}, { http: { bindAddress: '0.0.0.0', port: 8080, ...keys }, drainTimeout: 30_000 }],
  [
    'minimal',
    'worker',
    { redis: { external: { host: 'fd00::7' } }, bindAddress: '::', worker: { state: { mountPath: '/data/flyball' } } },
    {
      queue: { url: 'redis://[fd00::7]:6379/0', outbox: '/data/flyball/outbox' },
      decisionLog: '/data/flyball/decisions.jsonl',
      http: { bindAddress: '::' },
    },
  ],
  [
    'minimal',
    'worker',
    {
      worker: { concurrency: { initial: 3, period: '500ms' }, telemetry: { interval: '2s', gpu: 'dcgm:http://d:1/m' } },
    },
    { concurrency: { initial: 3, period: 500 }, telemetry: { interval: 2000, gpu: ['dcgm:http://d:1/m'] } },
  ],
  [
    'keda-prometheus',
    'worker',
    {},
    {
      concurrency: { strategies: ['goodput'], min: 2, max: 48, initial: 2, parameters: { goodput: { probe: 0.1 } } },
      latencyTarget: 4000,
      handler: '/handler/handler.mjs',
      queue: { attempts: 2, password: 'p@ss:w/rd', outbox: '/var/lib/flyball/outbox' },
      decisionLog: '/var/lib/flyball/decisions.jsonl',
      telemetry: { gpu: ['auto'], shared: false, lost: 'exit' },
      drainTimeout: 300_000,
    },
  ],
  ['keda-prometheus', 'gateway', {}, { latencyTarget: 4000, queue: { attempts: 2, password: 'p@ss:w/rd' } }],
  ['keda-redis', 'gateway', {}, { queue: { url: 'redis://redis.db.svc:6380/2' } }],
  [
    'redis-tls',
    'worker',
    {},
    { queue: { url: 'rediss://redis.example.com:6380/0', username: 'flyball', password: 'p@ss:w/rd' } },
  ],
  [
    'bundled-redis',
    'worker',
    {},
    { queue: { url: 'redis://r-flyball-redis:6379/0' }, telemetry: { gpu: ['sim:knee'] } },
  ],
  ['bundled-redis', 'gateway', {}, { queue: { url: 'redis://r-flyball-redis:6379/0' }, http: { apiKeys: [] } }],
  ['bundled-redis', 'worker', { worker: { telemetry: { gpu: '' } } }, { telemetry: { gpu: ['none'], lost: 'hold' } }],
  ['hardened', 'worker', {}, { endpointId: 'ocr', queue: { password: 'p@ss:w/rd' } }],
  ['hardened', 'gateway', {}, { endpointId: 'ocr', http: { rateLimits: true } }],
  ['time-sliced', 'worker', {}, { telemetry: { shared: true, lost: 'hold' }, drainTimeout: 10_000 }],
  ['mig', 'worker', {}, { telemetry: { gpu: ['auto'], shared: false, lost: 'exit' } }],
  [
    'model-server',
    'worker',
    {},
    {
      handler: 'http://127.0.0.1:8000/v1/chat/completions',
      telemetry: { gpu: ['model-server:http://127.0.0.1:8000/metrics'] },
    },
  ],
];
