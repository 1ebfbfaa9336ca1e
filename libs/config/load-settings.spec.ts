import { z } from 'zod';
import { describe, expect, it } from 'vitest';
import type { AnyStrategy } from '#libs/core';
import type { Environment } from './environment.ts';
import { loadSettings } from './load-settings.ts';
import { schema } from './schema.ts';
import { SettingsError, type SettingsProblem } from './settings-error.ts';

const goodput = law(
  'goodput',
  z.strictObject({ backoff: z.number().gt(0).lt(1).default(0.9), signal: z.string().default('auto') }),
);
const pid = law(
  'pid',
  z.strictObject({ setpoint: z.number().min(0).max(1).default(0.85), kUp: z.number().default(1) }),
);
const needy = law('needy', z.strictObject({ limit: z.number() }));
const strategies = [goodput, pid, needy];

/** For every variable a value that cannot be right, and what the answer must name beside the variable. */
const wrong: Readonly<Record<string, readonly [value: string, names: string]>> = {
  CONCURRENCY_STRATEGY: ['pdi', 'pid'],
  CONCURRENCY_MIN: ['0', '1 to 10000'],
  CONCURRENCY_MAX: ['many', '1 to 10000'],
  CONCURRENCY_INITIAL: ['2.5', '1 to 10000'],
  CONCURRENCY_PERIOD: ['1', '1s'],
  CONCURRENCY_DRY_RUN: ['maybe', 'true nor false'],
  LATENCY_TARGET: ['2 s', '2s'],
  HANDLER: ['./handler.rb', '.py'],
  HANDLER_ISOLATION: ['thread', 'process'],
  QUEUE_URL: ['sqlit:./q.db', 'sqlite:'],
  QUEUE_OUTBOX: ['redis://h', 'Name a folder'],
  QUEUE_ATTEMPTS: ['-1', '1 to 100'],
  QUEUE_LIMIT: ['1e5', '1 to 100000000'],
  ENDPOINT_ID: ['a/b', 'letters'],
  TELEMETRY_GPU: ['nvmll', 'nvml'],
  TELEMETRY_INTERVAL: ['1d', '1m'],
  BIND_ADDRESS: ['example.com', 'IP address'],
  PORT: ['65536', '65535'],
  API_KEYS: ['a,,b', 'place 2'],
  ADMIN_KEYS: ['ops:a,ops:b', 'Rename'],
  AUTH: ['basic', 'none'],
  RATE_LIMITS: ['on', 'true nor false'],
  WEBHOOK_PRIVATE: ['no', 'true nor false'],
  DECISION_LOG: ['./logs/', 'Name a file'],
  LOG_LEVEL: ['loud', 'warn'],
  DRAIN_TIMEOUT: ['30', '30s'],
  CONCURRENCY_SHADOW: ['pdi', 'Did you mean pid?'],
  CONCURRENCY_GUARD_MARGIN: ['1', '0 to 0.5'],
  CONCURRENCY_GUARD_Z: ['1e1', '0 to 10'],
  CONCURRENCY_GUARD_OOM: ['cut', 'fatal'],
  QUEUE_USERNAME: ['me', 'is for a Redis'],
  QUEUE_PASSWORD: ['hush', 'is for a Redis'],
  TELEMETRY_GPU_SHARED: ['maybe', 'true'],
  TELEMETRY_GPU_LOST: ['restart', 'hold'],
  TAKE_HOLD: ['20', '20s'],
};

describe('a wrong value', () => {
  it('has an example for every variable there is', () => {
    expect(Object.keys(wrong).toSorted()).toEqual(Object.keys(schema).toSorted());
  });

  it.each(Object.entries(wrong))('of %s is reported with its name and the next step', (variable, [value, names]) => {
    const problems = problemsOf({ [variable]: value });
    expect(problems).toHaveLength(1);
    expect(problems[0]?.variable).toBe(variable);
    expect(problems[0]?.message).toContain(names);
  });

  it('is reported together with all others', () => {
    const environment = Object.fromEntries(Object.entries(wrong).map(([variable, [value]]) => [variable, value]));
    const error = refusal(environment);
    expect(error.problems.map(({ variable }) => variable).toSorted()).toEqual(Object.keys(wrong).toSorted());
    expect(error.code).toBe('INVALID_SETTINGS');
    expect(error.message.split('\n')).toHaveLength(1 + Object.keys(wrong).length);
    expect(error.message).toContain('CONCURRENCY_STRATEGY="pdi" is not known. Did you mean pid?');
  });

  it('of a secret is never repeated', () => {
    const environment = { API_KEYS: 'hush hush', QUEUE_PASSWORD: 'hush', QUEUE_URL: 'redis://me:hush@host/x' };
    expect(refusal(environment).message).not.toContain('hush');
  });
});

describe('what is not set', () => {
  it('has the default of the schema', () => {
    expect(loadSettings({}, { strategies })).toEqual({
      concurrency: {
        strategy: 'goodput',
        strategies: ['goodput'],
        shadows: [],
        min: 1,
        max: 64,
        maxIsExplicit: false,
        initial: 1,
        period: 1000,
        dryRun: false,
        guard: { margin: 0.03, z: 3, outOfMemory: 'auto' },
        parameters: {},
      },
      handlerIsolation: 'none',
      queue: { url: 'sqlite:./.flyball/queue.db', outbox: './.flyball/outbox', attempts: 3, limit: 100_000 },
      endpointId: 'local',
      telemetry: { gpu: ['auto'], shared: false, lost: 'hold', interval: 1000 },
      http: {
        bindAddress: '127.0.0.1',
        port: 8080,
        apiKeys: [],
        adminKeys: [],
        webhookPrivate: false,
        rateLimits: false,
        takeHold: 20_000,
      },
      logLevel: 'info',
      drainTimeout: 30_000,
    });
  });

  it('includes what is empty or only spaces', () => {
    const empty = Object.fromEntries(Object.keys(schema).map((variable) => [variable, ' ']));
    expect(loadSettings(empty, { strategies })).toEqual(loadSettings({}, { strategies }));
  });
});

describe('what is set', () => {
  it('is read in its own type', () => {
    const settings = load({
      CONCURRENCY_STRATEGY: 'pid',
      CONCURRENCY_MIN: '2',
      CONCURRENCY_MAX: '8',
      CONCURRENCY_PERIOD: '0.5s',
      CONCURRENCY_DRY_RUN: 'true',
      LATENCY_TARGET: '1500ms',
      HANDLER: 'http://127.0.0.1:8000/v1',
      DRAIN_TIMEOUT: '0',
      TELEMETRY_GPU: 'sim:demo, auto',
      API_KEYS: 'alice:k1,k2',
      BIND_ADDRESS: '::',
    });
    expect(settings.concurrency).toMatchObject({
      min: 2,
      max: 8,
      maxIsExplicit: true,
      initial: 2,
      period: 500,
      dryRun: true,
    });
    expect(settings).toMatchObject({ latencyTarget: 1500, drainTimeout: 0, handler: 'http://127.0.0.1:8000/v1' });
    expect(settings.telemetry.gpu).toEqual(['sim:demo', 'auto']);
    expect(settings.http.apiKeys).toEqual([
      { label: 'alice', key: 'k1' },
      { label: 'client-2', key: 'k2' },
    ]);
  });

  it('may be several strategies that act and several that do not', () => {
    const { concurrency } = load({ CONCURRENCY_STRATEGY: 'goodput + pid', CONCURRENCY_SHADOW: './mine.mjs' });
    expect(concurrency).toMatchObject({
      strategy: 'goodput+pid',
      strategies: ['goodput', 'pid'],
      shadows: ['./mine.mjs'],
    });
  });

  it('may ask less caution of the memory guard', () => {
    const guard = { CONCURRENCY_GUARD_MARGIN: '0', CONCURRENCY_GUARD_Z: '.5', CONCURRENCY_GUARD_OOM: 'job' };
    expect(load(guard).concurrency.guard).toEqual({ margin: 0, z: 0.5, outOfMemory: 'job' });
  });

  it('makes RunPod the queue where its variables are, unless another is asked for', () => {
    const runpod = { RUNPOD_WEBHOOK_GET_JOB: 'https://x' };
    const urlOf = (environment: Environment): string => loadSettings(environment, { strategies }).queue.url;
    expect(urlOf(runpod)).toBe('runpod:');
    expect(urlOf({ ...runpod, QUEUE_URL: 'sqlite:./q.db' })).toBe('sqlite:./q.db');
  });

  it('names a Redis, with its user and password beside it', () => {
    const environment = { QUEUE_URL: 'rediss://h:6380/2', QUEUE_USERNAME: 'flyball', QUEUE_PASSWORD: 'hush' };
    const { queue } = loadSettings(environment, { strategies });
    expect(queue).toMatchObject({ url: 'rediss://h:6380/2', username: 'flyball', password: 'hush' });
  });

  it('loses to what a caller overrides', () => {
    const overrides = { HANDLER: './b.py', PORT: undefined };
    const settings = loadSettings({ HANDLER: './a.mjs', PORT: '0' }, { strategies, overrides });
    expect(settings).toMatchObject({ handler: './b.py', http: { port: 0 } });
  });
});

describe('settings that contradict each other', () => {
  it.each([
    [{ CONCURRENCY_MIN: '9', CONCURRENCY_MAX: '8' }, 'CONCURRENCY_MIN', 'CONCURRENCY_MAX'],
    [{ CONCURRENCY_INITIAL: '65' }, 'CONCURRENCY_INITIAL', '1 and 64'],
    [{ BIND_ADDRESS: '0.0.0.0' }, 'BIND_ADDRESS', 'AUTH=none'],
    [{ BIND_ADDRESS: '::', ADMIN_KEYS: 'k' }, 'BIND_ADDRESS', 'API_KEYS'],
    [{ AUTH: 'none', API_KEYS: 'k' }, 'AUTH', 'API_KEYS'],
    [{ TELEMETRY_GPU: 'none,auto' }, 'TELEMETRY_GPU', 'none alone'],
    [{ TELEMETRY_GPU: 'auto,nvml' }, 'TELEMETRY_GPU', 'names nvml twice'],
    [{ TELEMETRY_GPU: 'nvml:0' }, 'TELEMETRY_GPU', 'takes nothing after it'],
    [{ TELEMETRY_GPU: 'dcgm' }, 'TELEMETRY_GPU', 'dcgm:http://127.0.0.1:9400/metrics'],
    [{ TELEMETRY_GPU: 'model-server:vllm:8000' }, 'TELEMETRY_GPU', 'model-server:http://127.0.0.1:8000/metrics'],
    [{ QUEUE_URL: 'redis:h' }, 'QUEUE_URL', 'redis://HOST:6379'],
    [{ QUEUE_URL: 'redis://h/jobs' }, 'QUEUE_URL', 'redis://HOST:6379'],
    [{ QUEUE_URL: 'redis+sentinel://h:26379' }, 'QUEUE_URL', '/NAME'],
    [{ QUEUE_URL: 'runpod:' }, 'QUEUE_URL', 'RUNPOD_WEBHOOK_GET_JOB'],
    [{ QUEUE_URL: 'runpod:x', RUNPOD_WEBHOOK_GET_JOB: 'https://x' }, 'QUEUE_URL', 'takes nothing after it'],
    [{ QUEUE_PASSWORD: 'hush' }, 'QUEUE_PASSWORD', 'Unset it'],
    [{ CONCURRENCY_STRATEGY: 'vegas' }, 'CONCURRENCY_STRATEGY', 'not in this version'],
    [{ CONCURRENCY_STRATEGY: 'goodput+' }, 'CONCURRENCY_STRATEGY', 'Remove it'],
    [{ CONCURRENCY_STRATEGY: 'goodput+goodput' }, 'CONCURRENCY_STRATEGY', 'names goodput twice'],
    [{ CONCURRENCY_STRATEGY: 'goodput+pdi' }, 'CONCURRENCY_STRATEGY', 'Did you mean pid?'],
    [{ CONCURRENCY_SHADOW: 'pid,,goodput' }, 'CONCURRENCY_SHADOW', 'Remove it'],
    [{ CONCURRENCY_SHADOW: 'goodput' }, 'CONCURRENCY_SHADOW', 'sets the limit already'],
  ] satisfies [Environment, string, string][])('%o are refused', (environment, variable, names) => {
    expect(problemsOf(environment)).toEqual([expect.objectContaining({ variable })]);
    expect(refusal(environment).message).toContain(names);
  });

  it.each(['localhost', '127.8.9.1', '::1', '::ffff:127.0.0.1'])('a loopback address (%s) needs no keys', (address) => {
    expect(load({ BIND_ADDRESS: address }).http.bindAddress).toBe(address);
  });

  it.each([{ AUTH: 'none' }, { API_KEYS: 'k' }])('an open address is allowed with %o', (access) => {
    expect(load({ BIND_ADDRESS: '0.0.0.0', ...access }).http.bindAddress).toBe('0.0.0.0');
  });
});

describe('an unknown variable', () => {
  it.each([
    ['CONCURRENCY_MAXIMUM', 'CONCURRENCY_MAX'],
    ['QUEUE_ATEMPTS', 'QUEUE_ATTEMPTS'],
    ['TELEMETRY_INTERVALL', 'TELEMETRY_INTERVAL'],
    ['LATENCY_TARGETS', 'LATENCY_TARGET'],
    ['DECISION_LOGS', 'DECISION_LOG'],
    ['DRAIN_TIME_OUT', 'DRAIN_TIMEOUT'],
    ['CONCURRENCY_PID_SETPIONT', 'CONCURRENCY_PID_SETPOINT'],
    ['CONCURRENCY_PDI_SETPOINT', 'CONCURRENCY_PID_SETPOINT'],
  ])('%s is an error that names %s', (variable, meant) => {
    const message = refusal({ [variable]: '1' }).message;
    expect(message).toContain(variable);
    expect(message).toContain(`Did you mean ${meant}?`);
  });

  it('without our prefixes is not ours', () => {
    expect(() => load({ PATH: '/bin', HOST: 'x', QUEUES: '1' })).not.toThrow();
  });
});

describe('strategy parameters', () => {
  it('are scalars by strategy and camelCase name, also of strategies not in force', () => {
    const environment = {
      CONCURRENCY_GOODPUT_BACKOFF: '0.5',
      CONCURRENCY_PID_K_UP: '2',
      CONCURRENCY_GOODPUT_SIGNAL: 'slack',
    };
    expect(load(environment).concurrency.parameters).toEqual({
      goodput: { backoff: 0.5, signal: 'slack' },
      pid: { kUp: 2 },
    });
  });

  it('that the schema refuses are reported by variable', () => {
    expect(problemsOf({ CONCURRENCY_PID_SETPOINT: '5', CONCURRENCY_GOODPUT_BACKOFF: 'much' })).toMatchObject([
      { variable: 'CONCURRENCY_GOODPUT_BACKOFF', value: 'much' },
      { variable: 'CONCURRENCY_PID_SETPOINT', value: '5' },
    ]);
  });

  it('that are missing matter only for strategies that are used', () => {
    expect(() => load({})).not.toThrow();
    for (const used of [
      { CONCURRENCY_STRATEGY: 'needy' },
      { CONCURRENCY_STRATEGY: 'goodput+needy' },
      { CONCURRENCY_SHADOW: 'needy' },
    ]) {
      expect(problemsOf(used)).toMatchObject([{ variable: 'CONCURRENCY_NEEDY_LIMIT' }]);
    }
  });

  it('of a module wait until it is loaded', () => {
    const environment = { CONCURRENCY_STRATEGY: './mine.mjs', CONCURRENCY_MINE_GAIN: '2' };
    expect(load(environment).concurrency.strategy).toBe('./mine.mjs');
    expect(problemsOf({ ...environment, CONCURRENCY_PID_SETPIONT: '1' })).toHaveLength(1);
    expect(() => load({ CONCURRENCY_SHADOW: 'pid,./mine.mjs', CONCURRENCY_MINE_GAIN: '2' })).not.toThrow();
  });
});

function load(environment: Environment): ReturnType<typeof loadSettings> {
  return loadSettings(environment, { strategies });
}

function refusal(environment: Environment): SettingsError {
  try {
    load(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error('the settings were accepted');
}

function problemsOf(environment: Environment): readonly SettingsProblem[] {
  return refusal(environment).problems;
}

function law(name: string, config: AnyStrategy['config']): AnyStrategy {
  const step = (state: unknown): never => {
    throw new Error(String(state));
  };
  return { name, summary: name, config, initialState: () => ({}), step };
}
