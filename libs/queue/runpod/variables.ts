import { FlyballError } from '#libs/core';
import { expand, siblingOfTake } from './templates.ts';

/** RunPod's variables, as the platform or a gateway prints them (`RUNPOD-PROTOCOL` 3.1); all texts, empty is unset. */
export type RunpodVariables = Readonly<Partial<Record<(typeof runpodVariables)[number], string | undefined>>>;

export const runpodVariables = [
  'RUNPOD_WEBHOOK_GET_JOB',
  'RUNPOD_WEBHOOK_POST_OUTPUT',
  'RUNPOD_WEBHOOK_POST_STREAM',
  'RUNPOD_WEBHOOK_PING',
  'RUNPOD_AI_API_KEY',
  'RUNPOD_POD_ID',
  'RUNPOD_ENDPOINT_ID',
  'RUNPOD_PING_INTERVAL',
  'RUNPOD_GPU_TYPE_ID',
  'RUNPOD_INIT_TIMEOUT',
] as const;

/** Where this worker calls, expanded as far as it is known before a job is. */
export interface Routes {
  readonly takeOne: string;
  readonly takeBatch: string | undefined;
  readonly stop: string | undefined;
  readonly ping: string | undefined;
  /** For one job. */
  readonly result: (jobId: string) => string;
  readonly stream: ((jobId: string) => string) | undefined;
}

export interface RunpodSettings {
  readonly worker: string;
  readonly endpoint: string | undefined;
  /** Sent as it is, without `Bearer` (H2). */
  readonly key: string | undefined;
  readonly routes: Routes;
  readonly pingMs: number;
  /** Jobs must be taken within this after the start (H14), ms. */
  readonly initTimeoutMs: number;
  /** What this worker goes without. */
  readonly missing: readonly { readonly what: 'take-batch' | 'stop' | 'ping' | 'stream'; readonly because: string }[];
}

/**
 * Reads the variables (H1, H11, H14).
 * @param randomId for a worker that was given no name
 * @throws {FlyballError} RUNPOD_VARIABLES
 */
export function readVariables(variables: RunpodVariables, randomId: () => string): RunpodSettings {
  const take = needed(variables, 'RUNPOD_WEBHOOK_GET_JOB');
  const output = needed(variables, 'RUNPOD_WEBHOOK_POST_OUTPUT');
  const stream = url(variables, 'RUNPOD_WEBHOOK_POST_STREAM');
  const ping = url(variables, 'RUNPOD_WEBHOOK_PING');
  const worker = given(variables, 'RUNPOD_POD_ID') ?? randomId();
  const gpu = given(variables, 'RUNPOD_GPU_TYPE_ID') ?? '';
  const ofWorker = (template: string): string => expand(template, { id: worker, worker, gpu });
  const ofJob =
    (template: string) =>
    (id: string): string =>
      expand(template, { id, worker, gpu });
  const batch = siblingOfTake(take, 'job-take-batch');
  const stop = siblingOfTake(take, 'job-stop');
  const notDerived = 'RUNPOD_WEBHOOK_GET_JOB has no /job-take/ in it';
  return {
    worker,
    endpoint: given(variables, 'RUNPOD_ENDPOINT_ID'),
    key: given(variables, 'RUNPOD_AI_API_KEY'),
    routes: {
      takeOne: ofWorker(take),
      takeBatch: batch === undefined ? undefined : ofWorker(batch),
      stop: stop === undefined ? undefined : ofWorker(stop),
      ping: ping === undefined ? undefined : ofWorker(ping),
      result: ofJob(output),
      stream: stream === undefined ? undefined : ofJob(stream),
    },
    pingMs: Math.max(1000, number(variables, 'RUNPOD_PING_INTERVAL', 10_000)),
    initTimeoutMs: 1000 * number(variables, 'RUNPOD_INIT_TIMEOUT', 420),
    missing: [
      ...(batch === undefined ? [{ what: 'take-batch' as const, because: notDerived }] : []),
      ...(stop === undefined ? [{ what: 'stop' as const, because: notDerived }] : []),
      ...(ping === undefined ? [{ what: 'ping' as const, because: 'RUNPOD_WEBHOOK_PING is not set' }] : []),
      ...(stream === undefined ? [{ what: 'stream' as const, because: 'RUNPOD_WEBHOOK_POST_STREAM is not set' }] : []),
    ],
  };
}

type Name = (typeof runpodVariables)[number];

function given(variables: RunpodVariables, name: Name): string | undefined {
  const value = variables[name]?.trim();
  return value === undefined || value === '' ? undefined : value;
}

function needed(variables: RunpodVariables, name: Name): string {
  const value = url(variables, name);
  if (value !== undefined) return value;
  throw new FlyballError(
    'RUNPOD_VARIABLES',
    `${name} is not set, and QUEUE_URL=runpod: takes jobs from there. RunPod sets it in its own pods; ` +
      'for a gateway of yours, take the block it prints at its start.',
  );
}

function url(variables: RunpodVariables, name: Name): string | undefined {
  const value = given(variables, name);
  // `$` and the like may stand in a URL; only its form is looked at.
  if (value === undefined || (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))) return value;
  throw new FlyballError('RUNPOD_VARIABLES', `${name}="${value}" is no address. Give http(s)://HOST/….`);
}

/** Not a number above 0: the default. */
function number(variables: RunpodVariables, name: Name, otherwise: number): number {
  const value = Number(given(variables, name) ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? value : otherwise;
}
