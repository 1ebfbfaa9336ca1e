import { defaultGuard } from '#libs/core';
import { didYouMean } from './nearest.ts';
import { gpuSources } from './gpu-sources.ts';
import { keyList } from './key-list.ts';
import { boolean, choice, duration, integer, number, text } from './setting.ts';
import { strategyList } from './strategy-list.ts';
import { isAddress } from './address.ts';

const handlerEndings = ['.mjs', '.js', '.cjs', '.ts', '.mts', '.py'];
const endpointPattern = '^[A-Za-z0-9_-]{1,64}$';
const queueSchemes = ['sqlite:', 'redis:', 'rediss:', 'redis+sentinel:', 'runpod:'];

/** Every variable, once: parsing, defaults, the docs' table and `flyball doctor` come from here. */
export const schema = {
  CONCURRENCY_STRATEGY: strategyList('+', {
    meaning: 'What sets the limit: a strategy, or several joined by `+`, of which the least limit holds.',
    allowed:
      'names of strategies, or paths of modules that export one: with a `/`, or ending in `.mjs`, `.js` or `.ts`',
    default: 'goodput',
  }),
  CONCURRENCY_SHADOW: strategyList(',', {
    meaning: 'Strategies that compute and are recorded, and do not act.',
    allowed: 'a comma list of what `CONCURRENCY_STRATEGY` takes',
  }),
  CONCURRENCY_MIN: integer({ meaning: 'Least number of jobs at once.', min: 1, max: 10_000, default: '1' }),
  CONCURRENCY_MAX: integer({
    meaning: 'Greatest number of jobs at once. Given explicitly, it also lets sync Python handlers overlap.',
    min: 1,
    max: 10_000,
    default: '64',
  }),
  CONCURRENCY_INITIAL: integer({
    meaning: 'Limit at start.',
    min: 1,
    max: 10_000,
    implied: '`CONCURRENCY_MIN`',
  }),
  CONCURRENCY_PERIOD: duration({ meaning: 'Period of the control loop.', min: '50ms', max: '1m', default: '1s' }),
  CONCURRENCY_DRY_RUN: boolean({ meaning: 'Decide and record, leave the limit alone.', default: 'false' }),
  CONCURRENCY_GUARD_MARGIN: number({
    meaning: 'Share of the device memory that the guard never plans with.',
    min: 0,
    max: 0.5,
    default: String(defaultGuard.margin),
  }),
  CONCURRENCY_GUARD_Z: number({
    meaning: 'Standard deviations of its prediction of memory that the guard keeps free.',
    min: 0,
    max: 10,
    default: String(defaultGuard.z),
  }),
  CONCURRENCY_GUARD_OOM: choice(['auto', 'fatal', 'job'], {
    meaning: 'What out-of-memory costs: every job in flight (`fatal`), or one `job`; `auto` finds out.',
    default: defaultGuard.outOfMemory,
  }),
  LATENCY_TARGET: duration({
    meaning: 'Deadline on the service time of jobs that carry none of their own.',
    min: '1ms',
    max: '24h',
  }),
  HANDLER: text(
    {
      meaning: 'What runs a job: a JavaScript, TypeScript or Python file, or the address of an HTTP model server.',
      allowed: `a path that ends in ${handlerEndings.map((ending) => `\`${ending}\``).join(', ')}, or an \`http://\` address`,
    },
    (value) =>
      handlerEndings.some((ending) => value.endsWith(ending)) || isHttpUrl(value)
        ? undefined
        : `is neither a file that ends in ${handlerEndings.join(', ')} nor an http:// address`,
  ),
  HANDLER_ISOLATION: choice(['none', 'process'], {
    meaning: '`process` runs a JavaScript handler in a process of its own.',
    default: 'none',
  }),
  QUEUE_URL: text(
    {
      meaning:
        'Where jobs are queued: a file, a Redis that many processes share, or RunPod itself, which its variables imply.',
      allowed:
        '`sqlite:PATH`, `redis://HOST:PORT/DATABASE`, `rediss://…` (TLS), `redis+sentinel://HOST:PORT,HOST:PORT/NAME`, or `runpod:`',
      default: 'sqlite:./.flyball/queue.db',
    },
    wrongQueueUrl,
  ),
  QUEUE_ATTEMPTS: integer({ meaning: 'Attempts a job has before it fails.', min: 1, max: 100, default: '3' }),
  QUEUE_LIMIT: integer({
    meaning: 'Jobs that may wait; beyond them new ones are refused.',
    min: 1,
    max: 100_000_000,
    default: '100000',
  }),
  QUEUE_OUTBOX: text(
    {
      meaning: 'Folder where finished results wait on disk until a Redis or RunPod takes them.',
      allowed: 'a path',
      default: './.flyball/outbox',
    },
    (value) => (value.includes('://') ? 'is an address. Name a folder, such as ./.flyball/outbox' : undefined),
  ),
  ENDPOINT_ID: text(
    {
      meaning: 'Name of the queue, as in `/v2/ENDPOINT_ID/run`.',
      allowed: '1 to 64 letters, digits, `-` or `_`',
      pattern: endpointPattern,
      default: 'local',
    },
    (value) => (new RegExp(endpointPattern).test(value) ? undefined : 'is not 1 to 64 letters, digits, "-" or "_"'),
  ),
  TELEMETRY_GPU: gpuSources({ meaning: 'Where GPU readings come from.', default: 'auto' }),
  TELEMETRY_GPU_SHARED: boolean({
    meaning: "Others use the device too: its readings are shown, and no strategy acts on what is everybody's.",
    default: 'false',
  }),
  TELEMETRY_GPU_LOST: choice(['hold', 'exit'], {
    meaning:
      'What a device does that was there and has been gone for a minute: `exit` drains and ends with status 75, so that an orchestrator makes a new container.',
    default: 'hold',
  }),
  TELEMETRY_INTERVAL: duration({ meaning: 'Sampling interval.', min: '100ms', max: '1m', default: '1s' }),
  BIND_ADDRESS: text(
    {
      meaning: 'Address HTTP listens on. Any but a loopback address needs `API_KEYS` or `AUTH=none`.',
      allowed: 'an IP address or `localhost`',
      default: '127.0.0.1',
    },
    (value) => (isAddress(value) ? undefined : 'is neither an IP address nor localhost'),
  ),
  PORT: integer({ meaning: 'Port HTTP listens on; 0 takes a free one.', min: 0, max: 65_535, default: '8080' }),
  API_KEYS: keyList('client', 'Keys of clients. The label is what logs and records show.'),
  ADMIN_KEYS: keyList('admin', 'Keys of operators; without any, `API_KEYS` serve them too.'),
  AUTH: choice(['none'], { meaning: '`none` lets anybody in, on purpose.' }),
  RATE_LIMITS: boolean({ meaning: "Apply RunPod's request rates.", default: 'false' }),
  WEBHOOK_PRIVATE: boolean({ meaning: 'Allow webhooks to private addresses.', default: 'false' }),
  DECISION_LOG: text(
    { meaning: 'File that takes a decision record per period, rotated.', allowed: 'a path' },
    (value) => (value.endsWith('/') ? 'is a folder. Name a file, such as ./.flyball/decisions.jsonl' : undefined),
  ),
  LOG_LEVEL: choice(['debug', 'info', 'warn', 'error'], { meaning: 'Least level of log lines.', default: 'info' }),
  DRAIN_TIMEOUT: duration({
    meaning: 'How long running jobs may finish after SIGTERM before they are given back.',
    min: '0',
    max: '24h',
    default: '30s',
  }),
  QUEUE_USERNAME: text(
    { meaning: 'ACL user of the Redis queue, where it is not in the address.', allowed: 'a name' },
    () => undefined,
  ),
  QUEUE_PASSWORD: {
    ...text(
      { meaning: 'Password of the Redis queue, where it is not in the address.', allowed: 'a password' },
      () => undefined,
    ),
    secret: true as const,
  },
  TAKE_HOLD: duration({
    meaning:
      'How long a RunPod worker that asks for a job, or for jobs to stop, waits for an answer while there is none.',
    min: '1s',
    max: '60s',
    default: '20s',
  }),
};

export type SettingName = keyof typeof schema;

function wrongQueueUrl(value: string): string | undefined {
  const scheme = /^[a-z+]+:/.exec(value)?.[0] ?? '';
  const rest = value.slice(scheme.length);
  switch (scheme) {
    case 'sqlite:':
      return rest === '' ? 'has no path. Write one, such as sqlite:./.flyball/queue.db' : undefined;
    case 'redis:':
    case 'rediss:':
      return isRedisUrl(value)
        ? undefined
        : `is no address of a Redis. Write ${scheme}//HOST:6379, or ${scheme}//HOST:6379/0`;
    case 'redis+sentinel:':
      return isSentinelUrl(value)
        ? undefined
        : 'is no address of a Redis behind Sentinel. Write redis+sentinel://HOST:26379,HOST:26379/NAME';
    case 'runpod:':
      return rest === '' ? undefined : "takes nothing after it: RunPod's own variables say the rest. Write runpod:";
    default:
      return `is not the address of a queue.${didYouMean(scheme, queueSchemes)} Write sqlite:PATH, redis://HOST:PORT or runpod:`;
  }
}

function isRedisUrl(value: string): boolean {
  if (!/^rediss?:\/\//.test(value) || !URL.canParse(value)) return false;
  const { hostname, pathname, search } = new URL(value);
  return hostname !== '' && /^(\/\d*)?$/.test(pathname) && search === '';
}

function isSentinelUrl(value: string): boolean {
  return /^redis\+sentinel:\/\/(?:[^:@/]*(?::[^@/]*)?@)?[^@/?#]+\/[\w.-]+(?:\/\d+)?$/.test(value);
}

function isHttpUrl(value: string): boolean {
  return /^https?:\/\//.test(value) && URL.canParse(value);
}
