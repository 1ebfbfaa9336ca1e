import type { Surroundings } from './moved-values.ts';

const here = { moved: 'here' };
const peers = [{ podSelector: { matchLabels: here } }];
const hosts = [{ host: 'flyball.example.com' }];
const tlsHosts = { secretName: 'moved', hosts: ['moved.example.com'] };
const serverAddress = 'http://prometheus:9090';

export const keda: Surroundings = {
  about: 'with KEDA',
  values: { autoscaling: { engine: 'keda', prometheus: { serverAddress } } },
  moves: {
    'autoscaling.minReplicas': { to: 3, shows: 'minReplicaCount: 3' },
    'autoscaling.maxReplicas': { to: 7, shows: 'maxReplicaCount: 7' },
    'autoscaling.targetUtilization': { to: 0.7, shows: '/ (0.7 * (clamp_min(' },
    'autoscaling.capacityWindow': { to: '7m', shows: '[7m:15s]' },
    'autoscaling.assumedLimit': { to: 7, shows: String.raw`state=\"waiting\"})) + 7))"` },
    'autoscaling.scaleUp.stabilizationWindowSeconds': { to: 77, shows: 'scaleUp: stabilizationWindowSeconds: 77' },
    'autoscaling.scaleUp.pods': { to: 7, shows: 'type: Pods value: 7 periodSeconds: 60' },
    'autoscaling.scaleUp.periodSeconds': { to: 77, shows: 'type: Pods value: 2 periodSeconds: 77' },
    'autoscaling.scaleUp.tolerance': { to: '0.07', shows: 'periodSeconds: 60 tolerance: "0.07"' },
    'autoscaling.scaleDown.stabilizationWindowSeconds': { to: 77, shows: 'scaleDown: stabilizationWindowSeconds: 77' },
    'autoscaling.scaleDown.pods': { to: 7, shows: 'type: Pods value: 7 periodSeconds: 300' },
    'autoscaling.scaleDown.periodSeconds': { to: 77, shows: 'type: Pods value: 1 periodSeconds: 77' },
    'autoscaling.scaleDown.tolerance': { to: '0.07', shows: 'periodSeconds: 300 tolerance: "0.07"' },
    'autoscaling.keda.mode': { to: 'redis', shows: 'formula: waiting + active', hides: 'type: prometheus' },
    'autoscaling.keda.pollingInterval': { to: 77, shows: 'pollingInterval: 77' },
    'autoscaling.keda.cooldownPeriod': { to: 77, shows: ' cooldownPeriod: 77' },
    'autoscaling.keda.initialCooldownPeriod': { to: 77, shows: 'initialCooldownPeriod: 77' },
    'autoscaling.keda.annotations': { to: here, shows: 'annotations: moved: here' },
    'autoscaling.fallback.failureThreshold': { to: 7, shows: 'fallback: failureThreshold: 7' },
    'autoscaling.fallback.replicas': { to: 7, shows: 'failureThreshold: 3 replicas: 7' },
    'autoscaling.fallback.behavior': { to: 'static', shows: 'behavior: static' },
    'autoscaling.prometheus.serverAddress': { to: 'http://moved', shows: 'serverAddress: "http://moved"' },
    'autoscaling.prometheus.authModes': { to: 'bearer', shows: 'authModes: "bearer"' },
    'autoscaling.prometheus.authenticationRef': { to: 'moved', shows: 'authenticationRef: name: moved' },
  },
};

/** KEDA reads the same Redis as the worker. */
export const kedaRedis: Surroundings = {
  about: 'with KEDA on Redis',
  values: { autoscaling: { engine: 'keda', keda: { mode: 'redis' } } },
  moves: {
    endpoint: { to: 'moved', shows: 'listName: "{flyball:moved}:jobs:wait"' },
    'autoscaling.targetUtilization': { to: 0.5, shows: 'target: "2"' },
    'autoscaling.assumedLimit': { to: 10, shows: 'target: "8"' },
    'redis.external.host': { to: 'moved.example.com', shows: 'address: "moved.example.com:6379"' },
    'redis.external.port': { to: 7777, shows: 'address: "redis.example.com:7777"' },
    'redis.external.db': { to: 7, shows: 'databaseIndex: "7"' },
    'redis.external.username': { to: 'moved', shows: ' username: "moved"' },
    'redis.external.existingSecret': { to: 'moved', shows: 'parameter: password name: moved key: redis-password' },
    'redis.external.tls.enabled': { to: true, shows: 'enableTLS: "true"' },
  },
};

export const hpa: Surroundings = {
  about: 'with an HPA',
  ci: 'hpa',
  moves: {
    'gateway.autoscaling.minReplicas': { to: 3, shows: 'minReplicas: 3' },
    'gateway.autoscaling.maxReplicas': { to: 7, shows: 'maxReplicas: 7' },
    'gateway.autoscaling.cpuUtilization': { to: 77, shows: 'averageUtilization: 77' },
    'autoscaling.minReplicas': { to: 3, shows: 'minReplicas: 3' },
    'autoscaling.maxReplicas': { to: 7, shows: 'maxReplicas: 7' },
    'autoscaling.scaleUp.pods': { to: 7, shows: 'type: Pods value: 7 periodSeconds: 60' },
    'autoscaling.hpa.metricName': { to: 'moved', shows: 'metric: name: moved' },
  },
};

export const redis: Surroundings = {
  about: 'with a bundled Redis that KEDA reads',
  ci: 'bundled-redis',
  values: { autoscaling: { engine: 'keda', keda: { mode: 'redis' } } },
  moves: {
    'redis.bundled.image': { to: 'moved:1', shows: 'image: moved:1' },
    'redis.bundled.existingSecret': {
      to: 'moved',
      shows: ['--requirepass', 'name: QUEUE_PASSWORD valueFrom: secretKeyRef: name: moved', 'password name: moved'],
    },
    'redis.bundled.resources': { to: { limits: { memory: '1Gi' } }, shows: ['memory: 1Gi', '"805306368"'] },
    'networkPolicy.kedaNamespace': { to: 'moved', shows: 'kubernetes.io/metadata.name: moved' },
  },
};

export const telemetry: Surroundings = {
  about: 'with monitoring',
  values: {
    otel: { endpoint: 'http://otel:4318' },
    monitoring: {
      monitors: { enabled: true },
      prometheusRule: { enabled: true },
      dashboards: { enabled: true },
    },
  },
  moves: {
    'networkPolicy.peers.otlp': {
      to: peers,
      shows: '- to: - podSelector: matchLabels: moved: here ports: - port: 4318',
    },
    'otel.protocol': { to: 'grpc', shows: 'name: OTEL_EXPORTER_OTLP_PROTOCOL value: "grpc"' },
    'otel.headersSecret': { to: 'moved', shows: 'secretKeyRef: name: moved key: headers' },
    'otel.resourceAttributes': { to: here, shows: 'k8s.pod.name=$(POD_NAME),moved=here"' },
    'monitoring.selector': { to: 'moved="here"', shows: 'flyball_concurrency_limit{moved="here"}' },
    'monitoring.monitors.interval': { to: '7s', shows: 'interval: 7s' },
    'monitoring.monitors.labels': { to: here, shows: 'moved: here' },
    'monitoring.prometheusRule.labels': { to: here, shows: 'moved: here' },
    'monitoring.prometheusRule.endpointRules': { to: false, hides: 'name: flyball.objectives' },
    'monitoring.dashboards.labels': { to: here, shows: 'moved: here' },
    'monitoring.dashboards.annotations': { to: here, shows: 'annotations: moved: here' },
    'worker.concurrency.min': { to: 3, shows: '== 1), 3)' },
    'autoscaling.targetUtilization': { to: 0.7, shows: '/ (0.7 * flyball:capacity_per_pod_jobs' },
    'autoscaling.capacityWindow': { to: '7m', shows: '[7m:15s]' },
  },
};

/** Each needs another of its own. */
export const pairs: readonly Surroundings[] = [
  {
    about: 'without keys',
    values: { auth: { existingSecret: '' } },
    moves: { 'auth.none': { to: true, shows: 'name: AUTH value: "none"', allows: 'KEYS_MISSING' } },
  },
  {
    about: 'with a bundled Redis without a password',
    values: { redis: { mode: 'bundled' } },
    moves: { 'redis.bundled.allowNoAuth': { to: true, shows: 'kind: StatefulSet', allows: 'REDIS_AUTH_MISSING' } },
  },
  {
    about: 'with a password for a bundled Redis',
    values: { redis: { bundled: { existingSecret: 'redis-auth' } } },
    moves: { 'redis.mode': { to: 'bundled', shows: ['kind: StatefulSet', '"redis://r-flyball-redis:6379/0"'] } },
  },
  {
    about: 'with a password over TLS',
    values: { redis: { external: { existingSecret: 'redis-auth', tls: { enabled: true } } } },
    moves: {
      'redis.external.passwordKey': { to: 'moved', shows: 'secretKeyRef: name: redis-auth key: moved' },
      'redis.external.tls.caSecret': {
        to: 'moved',
        shows: ['secret: secretName: moved', 'name: NODE_EXTRA_CA_CERTS value: "/etc/flyball/redis-ca/ca.crt"'],
      },
    },
  },
  {
    about: 'with a model server that is off',
    ci: 'model-server',
    values: { worker: { modelServer: { enabled: false }, shm: { sizeLimit: '1Gi' } } },
    moves: { 'worker.modelServer.enabled': { to: true, shows: 'initContainers: - name: model-server' } },
  },
  {
    about: 'with a handler at another port of the model server',
    ci: 'model-server',
    values: { worker: { handler: { path: 'http://127.0.0.1:7777/v1' } } },
    moves: {
      'worker.modelServer.http.port': {
        to: 7777,
        shows: ['name: model containerPort: 7777', 'value: "model-server:http://127.0.0.1:7777/metrics"'],
        allows: 'HANDLER_NOT_HTTP',
      },
    },
  },
  {
    about: 'with a cache',
    values: { worker: { cache: { mountPath: '/models' } } },
    moves: {
      'worker.cache.existingClaim': { to: 'moved', shows: 'name: cache persistentVolumeClaim: claimName: moved' },
      'worker.cache.sizeLimit': { to: '7Gi', shows: 'name: cache emptyDir: sizeLimit: 7Gi' },
    },
  },
  {
    about: 'with pods that must stay',
    values: {
      worker: { replicaCount: 9, pdb: { maxUnavailable: '', minAvailable: 1 } },
      gateway: { replicaCount: 9, pdb: { maxUnavailable: '', minAvailable: 1 } },
    },
    moves: {
      'worker.pdb.minAvailable': { to: 7, shows: 'minAvailable: 7' },
      'gateway.pdb.minAvailable': { to: 7, shows: 'minAvailable: 7' },
    },
  },
  {
    about: 'with hosts',
    values: { gateway: { ingress: { hosts } } },
    moves: { 'gateway.ingress.enabled': { to: true, shows: ['kind: Ingress', 'host: "flyball.example.com"'] } },
  },
  {
    about: 'with an Ingress',
    values: { gateway: { ingress: { enabled: true, hosts } } },
    moves: {
      'gateway.ingress.className': { to: 'moved', shows: 'ingressClassName: moved' },
      'gateway.ingress.annotations': { to: here, shows: 'annotations: moved: here' },
      'gateway.ingress.hosts': {
        to: [{ host: 'moved.example.com', path: '/moved' }],
        shows: ['host: "moved.example.com"', 'path: /moved'],
      },
      'gateway.ingress.tls': { to: [tlsHosts], shows: 'tls: - hosts: - moved.example.com secretName: moved' },
    },
  },
  {
    about: 'with a Prometheus',
    values: { autoscaling: { prometheus: { serverAddress } } },
    moves: { 'autoscaling.engine': { to: 'keda', shows: 'kind: ScaledObject', hides: 'spec: replicas: 1' } },
  },
];
