import type { Move, Surroundings } from './moved-values.ts';

const here = { moved: 'here' };
const peers = [{ podSelector: { matchLabels: here } }];
const rules = [{ to: peers }];
const digest = `sha256:${'fedcba9876543210'.repeat(4)}`;
const antiAffinity = { requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'moved' }] };
const spread = { maxSkew: 7, topologyKey: 'moved', whenUnsatisfiable: 'DoNotSchedule' };

/** What worker and gateway have both. */
function ofEach(component: 'worker' | 'gateway'): Readonly<Record<string, Move>> {
  const moves: Readonly<Record<string, Move>> = {
    image: { to: { repository: 'moved.example.com/own' }, shows: 'image: moved.example.com/own:' },
    replicaCount: { to: 7, shows: 'replicas: 7' },
    settings: { to: { MOVED: 'here' }, shows: 'name: MOVED value: "here"' },
    nodeSelector: { to: here, shows: 'nodeSelector: moved: here' },
    affinity: { to: { podAntiAffinity: antiAffinity }, shows: 'topologyKey: moved' },
    tolerations: { to: [{ key: 'moved', operator: 'Exists' }], shows: 'tolerations: - key: moved' },
    topologySpreadConstraints: { to: [spread], shows: 'maxSkew: 7 topologyKey: moved' },
    priorityClassName: { to: 'moved', shows: 'priorityClassName: moved' },
    resources: { to: { requests: { cpu: '7' } }, shows: 'requests: cpu: "7"' },
    'drain.preStopSeconds': { to: 7, shows: 'preStop: sleep: seconds: 7' },
    'pdb.enabled': { to: false, hides: 'kind: PodDisruptionBudget' },
    'pdb.maxUnavailable': { to: 7, shows: 'maxUnavailable: 7' },
    'pdb.unhealthyPodEvictionPolicy': { to: 'IfHealthyBudget', shows: 'PodEvictionPolicy: IfHealthyBudget' },
    'securityContext.pod': { to: { runAsUser: 10_007 }, shows: 'runAsUser: 10007' },
    'securityContext.container': { to: { runAsGroup: 10_007 }, shows: 'runAsGroup: 10007' },
    'serviceAccount.create': { to: false, shows: 'serviceAccountName: default', hides: 'kind: ServiceAccount' },
    'serviceAccount.name': {
      to: 'moved',
      shows: ['serviceAccountName: moved', 'ServiceAccount metadata: name: moved'],
    },
    'serviceAccount.annotations': { to: here, shows: 'annotations: moved: here' },
    'pod.labels': { to: here, shows: 'moved: here' },
    'pod.annotations': { to: here, shows: 'annotations: moved: here' },
    'extra.env': { to: [{ name: 'MOVED', value: 'here' }], shows: 'name: MOVED value: here' },
    'extra.envFrom': { to: [{ configMapRef: here }], shows: 'envFrom: - configMapRef: moved: here' },
    'extra.volumes': { to: [{ name: 'moved', emptyDir: {} }], shows: '- emptyDir: {} name: moved' },
    'extra.volumeMounts': { to: [{ name: 'moved', mountPath: '/moved' }], shows: 'mountPath: /moved name: moved' },
    'extra.containers': { to: [{ name: 'moved', image: 'moved:1' }], shows: 'image: moved:1 name: moved' },
  };
  return Object.fromEntries(Object.entries(moves).map(([path, move]) => [`${component}.${path}`, move]));
}

export const alone: Surroundings = {
  about: 'alone',
  moves: {
    'global.imageRegistry': { to: 'moved.example.com', shows: 'image: moved.example.com/registry.example.com/flyball' },
    'global.imagePullSecrets': { to: [{ name: 'moved' }], shows: 'imagePullSecrets: - name: moved' },
    nameOverride: { to: 'moved', shows: ['name: r-moved-worker', 'app.kubernetes.io/name: "moved"'] },
    fullnameOverride: { to: 'moved', shows: ['name: moved-worker', 'name: moved-gateway'] },
    'common.labels': { to: here, shows: 'moved: here' },
    'common.annotations': { to: here, shows: 'annotations: moved: here' },
    endpoint: { to: 'moved', shows: 'name: ENDPOINT_ID value: "moved"' },
    'image.repository': { to: 'moved.example.com/flyball', shows: 'image: moved.example.com/flyball:' },
    'image.tag': { to: '7.7.7', shows: 'image: registry.example.com/flyball:7.7.7' },
    'image.digest': { to: digest, shows: `image: registry.example.com/flyball@${digest}` },
    'image.pullPolicy': { to: 'Always', shows: 'imagePullPolicy: Always' },
    bindAddress: { to: '::', shows: 'name: BIND_ADDRESS value: "::"' },
    'auth.existingSecret': { to: 'moved', shows: ['name: moved key: api-keys', 'name: moved key: admin-keys'] },
    'auth.apiKeysKey': { to: 'moved', shows: 'name: API_KEYS valueFrom: secretKeyRef: name: flyball-keys key: moved' },
    'auth.adminKeysKey': {
      to: 'moved',
      shows: 'name: ADMIN_KEYS valueFrom: secretKeyRef: name: flyball-keys key: moved',
    },
    'otel.endpoint': {
      to: 'http://moved:7777',
      shows: ['name: OTEL_EXPORTER_OTLP_ENDPOINT value: "http://moved:7777"', 'ports: - port: 7777'],
    },
    'redis.external.host': { to: 'moved', shows: 'name: QUEUE_URL value: "redis://moved:6379/0"' },
    'redis.external.port': { to: 7777, shows: ['"redis://redis.example.com:7777/0"', 'ports: - port: 7777'] },
    'redis.external.db': { to: 7, shows: '"redis://redis.example.com:6379/7"' },
    'redis.external.username': { to: 'moved', shows: 'name: QUEUE_USERNAME value: "moved"' },
    'redis.external.existingSecret': {
      to: 'moved',
      shows: 'name: QUEUE_PASSWORD valueFrom: secretKeyRef: name: moved key: redis-password',
    },
    'redis.external.tls.enabled': { to: true, shows: '"rediss://redis.example.com:6379/0"' },
    'monitoring.monitors.enabled': { to: true, shows: ['kind: PodMonitor', 'kind: ServiceMonitor'] },
    'monitoring.prometheusRule.enabled': { to: true, shows: 'kind: PrometheusRule' },
    'monitoring.dashboards.enabled': { to: true, shows: 'data: flyball-overview.json: ' },
    'networkPolicy.enabled': { to: false, hides: 'kind: NetworkPolicy' },
    'networkPolicy.peers.scrape': { to: peers, shows: 'ingress: - from: - podSelector: matchLabels: moved: here' },
    'networkPolicy.peers.gateway': { to: peers, shows: 'ingress: - from: - podSelector: matchLabels: moved: here' },
    'networkPolicy.peers.redis': {
      to: peers,
      shows: '- to: - podSelector: matchLabels: moved: here ports: - port: 6379',
    },
    'networkPolicy.dns.namespace': { to: 'moved', shows: 'kubernetes.io/metadata.name: moved' },
    'networkPolicy.dns.podLabels': { to: here, shows: 'podSelector: matchLabels: moved: here', hides: 'kube-dns' },
    'networkPolicy.dns.port': { to: 5353, shows: ['port: 5353 protocol: UDP', 'port: 5353 protocol: TCP'] },
    'networkPolicy.dns.nodeLocalCIDR': { to: '169.254.7.7/32', shows: 'ipBlock: cidr: 169.254.7.7/32' },
    'networkPolicy.webhooks': { to: false, hides: 'cidr: 2000::/3' },
    'networkPolicy.extraEgress.worker': { to: rules, shows: '- to: - podSelector: matchLabels: moved: here' },
    'networkPolicy.extraEgress.gateway': { to: rules, shows: '- to: - podSelector: matchLabels: moved: here' },
    'tests.enabled': { to: false, hides: 'name: r-flyball-gateway-health' },
    'tests.roundTrip': { to: true, shows: 'name: r-flyball-round-trip' },
    extraObjects: { to: ['kind: Moved\nof: {{ .Release.Name }}'], shows: 'kind: Moved of: r' },
  },
};

export const worker: Surroundings = {
  about: 'in a worker',
  moves: {
    ...ofEach('worker'),
    'worker.handler.path': { to: './moved.mjs', shows: 'name: HANDLER value: "./moved.mjs"' },
    'worker.handler.configMap': { to: 'moved', shows: ['mountPath: /handler', 'configMap: name: moved'] },
    'worker.concurrency.strategy': { to: 'pid', shows: 'name: CONCURRENCY_STRATEGY value: "pid"' },
    'worker.concurrency.min': { to: 2, shows: 'name: CONCURRENCY_MIN value: "2"' },
    'worker.concurrency.max': { to: 77, shows: 'name: CONCURRENCY_MAX value: "77"' },
    'worker.concurrency.initial': { to: 7, shows: 'name: CONCURRENCY_INITIAL value: "7"' },
    'worker.concurrency.period': { to: '7s', shows: 'name: CONCURRENCY_PERIOD value: "7s"' },
    'worker.latencyTarget': { to: '7s', shows: 'name: LATENCY_TARGET value: "7s"' },
    'worker.decisionLog': { to: false, hides: 'name: DECISION_LOG' },
    'worker.telemetry.gpu': { to: 'nvml', shows: 'name: TELEMETRY_GPU value: "nvml"' },
    'worker.telemetry.interval': { to: '7s', shows: 'name: TELEMETRY_INTERVAL value: "7s"' },
    'worker.gpu.mode': { to: 'none', shows: 'name: TELEMETRY_GPU value: "none"', hides: 'nvidia.com/gpu: 1' },
    'worker.gpu.resourceName': { to: 'moved.com/gpu', shows: 'limits: memory: 8Gi moved.com/gpu: 1' },
    'worker.gpu.count': { to: 7, shows: 'nvidia.com/gpu: 7' },
    'worker.gpu.sharing': { to: 'mps', shows: 'name: TELEMETRY_GPU_SHARED value: "true"' },
    'worker.gpu.onLost': { to: 'hold', shows: 'name: TELEMETRY_GPU_LOST value: "hold"' },
    'worker.gpu.nodes.products': { to: ['MOVED'], shows: 'key: nvidia.com/gpu.product operator: In values: - MOVED' },
    'worker.gpu.nodes.minMemoryMiB': { to: 7778, shows: 'key: nvidia.com/gpu.memory operator: Gt values: - "7777"' },
    'worker.gpu.driverCapabilities': { to: 'all', shows: 'name: NVIDIA_DRIVER_CAPABILITIES value: "all"' },
    'worker.runtimeClassName': { to: 'moved', shows: 'runtimeClassName: moved' },
    'worker.shm.enabled': { to: false, hides: 'mountPath: /dev/shm' },
    'worker.shm.sizeLimit': { to: '7Gi', shows: 'medium: Memory sizeLimit: 7Gi' },
    'worker.tmp.sizeLimit': { to: '7Gi', shows: 'name: tmp emptyDir: sizeLimit: 7Gi' },
    'worker.state.mountPath': {
      to: '/moved',
      shows: ['name: state mountPath: /moved', 'value: "/moved/outbox"', 'value: "/moved/decisions.jsonl"'],
    },
    'worker.state.sizeLimit': { to: '7Gi', shows: 'name: state emptyDir: sizeLimit: 7Gi' },
    'worker.cache.mountPath': { to: '/moved', shows: ['name: cache mountPath: /moved', 'name: cache emptyDir: {}'] },
    'worker.drain.timeoutSeconds': {
      to: 700,
      shows: ['name: DRAIN_TIMEOUT value: "700s"', 'terminationGracePeriodSeconds: 730', 'DeadlineSeconds: 1930'],
    },
    'worker.drain.marginSeconds': { to: 77, shows: ['terminationGracePeriodSeconds: 377', 'DeadlineSeconds: 1577'] },
    'worker.rollout.type': { to: 'Recreate', shows: 'strategy: type: Recreate', hides: 'rollingUpdate' },
    'worker.rollout.maxSurge': { to: '7%', shows: 'maxSurge: 7%' },
    'worker.rollout.maxUnavailable': { to: '7%', shows: 'maxUnavailable: 7%' },
    'worker.rollout.minReadySeconds': { to: 7, shows: ['minReadySeconds: 7', 'DeadlineSeconds: 1537'] },
    'worker.rollout.progressDeadlineSeconds': { to: 7777, shows: 'progressDeadlineSeconds: 7777' },
    'worker.rollout.revisionHistoryLimit': { to: 7, shows: 'revisionHistoryLimit: 7' },
    'worker.protectFromEviction': {
      to: true,
      shows: ['autoscaler.kubernetes.io/safe-to-evict: "false"', 'karpenter.sh/do-not-disrupt: "true"'],
    },
    'worker.probes.startup.periodSeconds': {
      to: 7,
      shows: ['periodSeconds: 7 failureThreshold: 120', 'DeadlineSeconds: 1770'],
    },
    'worker.probes.startup.failureThreshold': {
      to: 77,
      shows: ['periodSeconds: 5 failureThreshold: 77', 'DeadlineSeconds: 1315'],
    },
    'worker.probes.liveness.periodSeconds': { to: 7, shows: 'failureThreshold: 6 periodSeconds: 7' },
    'worker.probes.liveness.timeoutSeconds': { to: 7, shows: 'periodSeconds: 10 timeoutSeconds: 7' },
    'worker.probes.liveness.failureThreshold': { to: 7, shows: 'failureThreshold: 7 periodSeconds: 10' },
    'worker.probes.readiness.periodSeconds': { to: 7, shows: 'failureThreshold: 2 periodSeconds: 7' },
    'worker.probes.readiness.timeoutSeconds': { to: 7, shows: 'periodSeconds: 5 timeoutSeconds: 7' },
    'worker.probes.readiness.failureThreshold': { to: 7, shows: 'failureThreshold: 7 periodSeconds: 5' },
  },
};

export const gateway: Surroundings = {
  about: 'in a gateway',
  moves: {
    ...ofEach('gateway'),
    'gateway.autoscaling.enabled': { to: true, shows: 'kind: HorizontalPodAutoscaler', hides: 'replicas: 2' },
    'gateway.service.type': { to: 'NodePort', shows: 'type: NodePort' },
    'gateway.service.port': { to: 7777, shows: ['name: http port: 7777', 'value: http://r-flyball-gateway:7777'] },
    'gateway.service.annotations': { to: here, shows: 'annotations: moved: here' },
    'gateway.drain.timeoutSeconds': {
      to: 70,
      shows: ['name: DRAIN_TIMEOUT value: "70s"', 'terminationGracePeriodSeconds: 80'],
    },
    'gateway.drain.marginSeconds': { to: 7, shows: 'terminationGracePeriodSeconds: 42' },
  },
};

export const modelServer: Surroundings = {
  about: 'beside a model server',
  ci: 'model-server',
  moves: {
    'worker.modelServer.image': { to: 'moved:1', shows: 'name: model-server restartPolicy: Always image: moved:1' },
    'worker.modelServer.container.command': { to: ['moved'], shows: 'command: - moved' },
    'worker.modelServer.container.args': { to: ['moved'], shows: 'args: - moved' },
    'worker.modelServer.container.env': { to: [{ name: 'MOVED', value: 'here' }], shows: 'name: MOVED value: here' },
    'worker.modelServer.container.volumeMounts': {
      to: [{ name: 'tmp', mountPath: '/moved' }],
      shows: 'mountPath: /moved name: tmp',
    },
    'worker.modelServer.container.resources': { to: { requests: { cpu: '7' } }, shows: 'requests: cpu: "7"' },
    'worker.modelServer.container.securityContext': { to: { runAsGroup: 10_007 }, shows: 'runAsGroup: 10007' },
    'worker.modelServer.http.healthPath': { to: '/moved', shows: 'startupProbe: httpGet: path: /moved port: model' },
    'worker.modelServer.http.metricsPath': { to: '/moved', shows: 'value: "model-server:http://127.0.0.1:8000/moved"' },
    'worker.modelServer.http.startupSeconds': {
      to: 7777,
      shows: ['periodSeconds: 5 failureThreshold: 1556', 'DeadlineSeconds: 9307'],
    },
  },
};
