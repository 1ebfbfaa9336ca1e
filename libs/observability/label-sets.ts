import { clockLimitReasons, controlReadings, readingUnits } from '#libs/core';

/** Closed sets of label values, spelt as in the events; one list for the type, the metric and the docs. */
export const admissionResults = ['admitted', 'deferred', 'given-back'] as const;
export const admissionReasons = ['', 'limit', 'guard', 'handler', 'drain'] as const;

export const jobEnds = ['succeeded', 'failed', 'timed-out', 'cancelled'] as const;
export const outOfMemoryScopes = ['attempt', 'handler', 'worker'] as const;

export const queueOperations = ['take', 'succeed', 'fail', 'give-back', 'progress', 'chunk', 'depth'] as const;
export const queueResults = ['ok', 'empty', 'lost', 'error'] as const;
export const queueStates = ['waiting', 'low-priority', 'delayed', 'leased'] as const;
export const leaseLossCauses = ['expired', 'stolen', 'cancelled', 'server'] as const;

export const workerKinds = ['flyball', 'foreign'] as const;
export const handlerKinds = ['module', 'python', 'http'] as const;
export const handlerExitCauses = ['exit', 'out-of-memory', 'unresponsive', 'refresh'] as const;

export const outboxResults = ['accepted', 'retried', 'refused', 'error'] as const;
export const webhookResults = ['accepted', 'retried', 'refused', 'error'] as const;
export const recordSinks = ['memory', 'file'] as const;
export const recordResults = ['written', 'dropped', 'error'] as const;

/** `dropped`: the exporter's line was full. */
export const spanResults = ['exported', 'dropped', 'failed'] as const;

export const strategyErrorKinds = ['threw', 'not-finite', 'too-slow', 'bad-state', 'bad-reason'] as const;
export const actions = ['increase', 'decrease', 'hold'] as const;
export const periodResults = ['ok', 'late', 'skipped', 'error'] as const;

/** The one thing that keeps the limit from being higher. */
export const factors = [
  'demand',
  'guard',
  'bound',
  'latency',
  'device',
  'throughput',
  'upstream',
  'telemetry',
  'operator',
  'strategy',
] as const;
export type Factor = (typeof factors)[number];

/** What can be measured against a ceiling. */
export const signals = ['latency', 'gpu-memory', 'gpu-utilization', 'kv-cache', 'cpu', 'memory'] as const;
export type Signal = (typeof signals)[number];

/** Names of readings, and those of them that laws and explanations ask for. */
export const readingFields = Object.keys(readingUnits);
export const wantedFields = [...controlReadings];

export const gpuEngines = ['graphics', 'sm', 'tensor', 'dram'] as const;
export const gpuSensors = ['core', 'memory'] as const;
export const gpuClocks = ['sm', 'memory'] as const;
export const clockReasons = Object.keys(clockLimitReasons);
export const eccTypes = ['corrected', 'uncorrected'] as const;
export const migModes = ['', 'on', 'off'] as const;
/** The XID errors that alerts look for; any other is `other`. */
export const alertedXids = ['48', '62', '64', '74', '79', '94', '95', '119', '120'] as const;

export const backends = ['vllm', 'tgi', 'triton', 'other'] as const;
export const backendStates = ['running', 'waiting'] as const;
export const tokenKinds = ['prompt', 'generated'] as const;
export const hostResources = ['cpu', 'memory', 'io'] as const;

/** Names of the HTTP routes; any other is `other`. */
export const httpOperations = [
  'run',
  'runsync',
  'status',
  'status-sync',
  'stream',
  'cancel',
  'retry',
  'purge-queue',
  'health',
  'requests',
  'openai',
  'job-take',
  'job-take-batch',
  'job-stop',
  'job-done',
  'job-stream',
  'ping',
  'controller',
  'concurrency',
  'console',
  'healthz',
  'readyz',
  'metrics',
  'other',
] as const;
export const statusClasses = ['1xx', '2xx', '3xx', '4xx', '5xx'] as const;
