import { settingJsonSchema } from '#libs/config';

export type JsonSchema = Readonly<Record<string, unknown>>;

const strings: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };
/** What Kubernetes itself checks. */
const anyObject: JsonSchema = { type: 'object' };
const anyObjects: JsonSchema = { type: 'array', items: anyObject };
const stringList: JsonSchema = { type: 'array', items: { type: 'string' } };
const settings: JsonSchema = { ...strings, propertyNames: { pattern: '^[A-Z][A-Z0-9_]*$' } };
const count: JsonSchema = { type: 'integer', minimum: 1 };
const port: JsonSchema = { type: 'integer', minimum: 1, maximum: 65_535 };
/** Pods, or a share of them; `''` is unset. */
const podShare: JsonSchema = { type: ['integer', 'string'], minimum: 0, pattern: '^([0-9]+%)?$' };
const prometheusDuration: JsonSchema = { type: 'string', pattern: '^[1-9][0-9]*(ms|s|m|h|d)$' };
const digest: JsonSchema = { type: 'string', pattern: '^(sha256:[a-f0-9]{64})?$' };
const pullPolicy: JsonSchema = { enum: ['IfNotPresent', 'Always', 'Never'] };
const name: JsonSchema = { type: 'string', pattern: '^([a-z0-9]([a-z0-9.-]*[a-z0-9])?)?$' };
const quantity: JsonSchema = { type: 'string', pattern: '^[0-9]+(\\.[0-9]+)?([kMGT]|[KMGT]i)?$' };
const absolutePath: JsonSchema = { type: 'string', pattern: '^/.*[^/]$' };
const text: JsonSchema = { type: 'string' };
/** Without a name and a password in it: it is shown. */
const url: JsonSchema = { type: 'string', pattern: '^(https?://[^@/]+(/[^@]*)?)?$' };
/** A name or an IPv4 address, or an IPv6 one, which has two colons at least. */
const hostPattern = '^([A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|[0-9A-Fa-f]*:[0-9A-Fa-f]*:[0-9A-Fa-f.:]*)?$';
const unhealthyPods: JsonSchema = { enum: ['AlwaysAllow', 'IfHealthyBudget'] };
const tolerance: JsonSchema = { type: ['number', 'string'], minimum: 0, pattern: '^([0-9]+(\\.[0-9]+)?)?$' };

/** Fields of `image` that a component may say otherwise. */
const ownImage = closed({ repository: text, tag: text, digest, pullPolicy });
const host = { ...closed({ host: { type: 'string', minLength: 1 }, path: text }), required: ['host'] };

/** What the default of a value does not tell; a `*` is one part of a path. */
export function valueShapes(strategies: readonly string[]): Readonly<Record<string, JsonSchema>> {
  return {
    'global.imagePullSecrets': { type: 'array', items: { ...closed({ name: text }), required: ['name'] } },
    nameOverride: name,
    fullnameOverride: name,
    '*.labels': strings,
    '*.annotations': strings,
    endpoint: settingJsonSchema('ENDPOINT_ID'),
    'image.digest': digest,
    'image.pullPolicy': pullPolicy,
    bindAddress: settingJsonSchema('BIND_ADDRESS'),
    '*.existingSecret': name,
    '*.existingClaim': name,
    'worker.handler.configMap': name,
    'otel.headersSecret': name,
    'redis.external.tls.caSecret': name,
    '*.priorityClassName': name,
    'worker.runtimeClassName': name,
    '*.serviceAccount.name': name,
    'otel.endpoint': url,
    'otel.protocol': { enum: ['http/protobuf', 'http/json', 'grpc'] },
    'otel.resourceAttributes': {
      type: 'object',
      propertyNames: { pattern: '^[A-Za-z][A-Za-z0-9._-]*$' },
      additionalProperties: { type: 'string', pattern: '^[^,=\\s]*$' },
    },
    '*.image': ownImage,
    'worker.modelServer.image': text,
    'redis.bundled.image': { type: 'string', minLength: 1 },
    'worker.concurrency.strategy': { type: 'string', pattern: strategyPattern(strategies) },
    'worker.concurrency.min': settingJsonSchema('CONCURRENCY_MIN'),
    'worker.concurrency.max': settingJsonSchema('CONCURRENCY_MAX'),
    'worker.concurrency.initial': settingJsonSchema('CONCURRENCY_INITIAL'),
    'worker.concurrency.period': settingJsonSchema('CONCURRENCY_PERIOD'),
    'worker.latencyTarget': settingJsonSchema('LATENCY_TARGET'),
    '*.settings': settings,
    'worker.telemetry.interval': settingJsonSchema('TELEMETRY_INTERVAL'),
    'worker.gpu.mode': { enum: ['device-plugin', 'none'] },
    'worker.gpu.resourceName': { type: 'string', pattern: '^[a-z0-9.-]+/[A-Za-z0-9._-]+$' },
    'worker.gpu.count': count,
    'worker.gpu.sharing': { enum: ['exclusive', 'mig', 'time-slicing', 'mps'] },
    'worker.gpu.onLost': settingJsonSchema('TELEMETRY_GPU_LOST'),
    'worker.gpu.nodes.products': stringList,
    'worker.modelServer.container.command': stringList,
    'worker.modelServer.container.args': stringList,
    'worker.modelServer.container.env': anyObjects,
    'worker.modelServer.container.volumeMounts': anyObjects,
    'worker.modelServer.container.securityContext': anyObject,
    '*.securityContext.*': anyObject,
    '*.resources': anyObject,
    'worker.modelServer.http.port': port,
    'worker.modelServer.http.healthPath': { type: 'string', pattern: '^/' },
    'worker.modelServer.http.metricsPath': { type: 'string', pattern: '^/' },
    '*.nodeSelector': strings,
    '*.affinity': anyObject,
    '*.tolerations': anyObjects,
    '*.topologySpreadConstraints': anyObjects,
    '*.sizeLimit': quantity,
    'worker.cache.sizeLimit': { type: 'string', pattern: `^$|${String(quantity['pattern'])}` },
    'worker.state.mountPath': absolutePath,
    'worker.cache.mountPath': { type: 'string', pattern: '^(/.*[^/])?$' },
    'worker.rollout.type': { enum: ['RollingUpdate', 'Recreate'] },
    'worker.rollout.max*': { ...podShare, pattern: '^[0-9]+%$' },
    '*.pdb.maxUnavailable': podShare,
    '*.pdb.minAvailable': podShare,
    '*.pdb.unhealthyPodEvictionPolicy': unhealthyPods,
    '*.extra.*': anyObjects,
    '*.periodSeconds': count,
    '*.failureThreshold': count,
    '*.timeoutSeconds': count,
    '*.drain.timeoutSeconds': { type: 'integer', minimum: 0, maximum: 86_400 },
    'gateway.autoscaling.*Replicas': count,
    'gateway.autoscaling.cpuUtilization': count,
    'gateway.service.type': { enum: ['ClusterIP', 'NodePort', 'LoadBalancer'] },
    'gateway.service.port': port,
    'gateway.ingress.hosts': { type: 'array', items: host },
    'gateway.ingress.tls': { type: 'array', items: closed({ secretName: text, hosts: stringList }) },
    'redis.mode': { enum: ['external', 'bundled'] },
    'redis.external.host': { type: 'string', pattern: hostPattern },
    'redis.external.port': port,
    'autoscaling.engine': { enum: ['none', 'keda', 'hpa'] },
    'autoscaling.maxReplicas': count,
    'autoscaling.targetUtilization': { type: 'number', exclusiveMinimum: 0, maximum: 1 },
    'autoscaling.capacityWindow': prometheusDuration,
    'autoscaling.assumedLimit': count,
    'autoscaling.*.pods': count,
    'autoscaling.*.periodSeconds': { type: 'integer', minimum: 1, maximum: 1800 },
    'autoscaling.*.stabilizationWindowSeconds': { type: 'integer', minimum: 0, maximum: 3600 },
    'autoscaling.fallback.replicas': count,
    'autoscaling.*.tolerance': tolerance,
    'autoscaling.keda.mode': { enum: ['prometheus', 'redis'] },
    'autoscaling.keda.pollingInterval': count,
    'autoscaling.fallback.behavior': {
      enum: ['static', 'currentReplicas', 'currentReplicasIfHigher', 'currentReplicasIfLower'],
    },
    'autoscaling.prometheus.serverAddress': url,
    'monitoring.monitors.interval': prometheusDuration,
    'monitoring.selector': { type: 'string', pattern: '^([^{}]*[^{},])?$' },
    'networkPolicy.peers.*': anyObjects,
    'networkPolicy.dns.podLabels': strings,
    'networkPolicy.dns.port': port,
    'networkPolicy.dns.nodeLocalCIDR': { type: 'string', pattern: '^([0-9A-Fa-f.:]+/[0-9]+)?$' },
    'networkPolicy.extraEgress.*': anyObjects,
    extraObjects: { type: 'array', items: { type: ['object', 'string'] } },
  };
}

function closed(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: 'object', additionalProperties: false, properties };
}

/** Names joined by `+`, or the path of a module. */
function strategyPattern(strategies: readonly string[]): string {
  const one = `(${[...strategies].join('|')}|[^+]*/[^+]*|[^+]+\\.(mjs|js|ts))`;
  return `^(${one}(\\+${one})*)?$`;
}
