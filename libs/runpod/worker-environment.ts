export interface WorkerEnvironment {
  /** `http://HOST:PORT`, as the worker reaches the gateway. */
  readonly url: string;
  readonly endpoint: string;
  /** Unique among the workers; its name in `/status`, logs and errors. */
  readonly worker: string;
  /** One of ADMIN_KEYS, or of API_KEYS when there are none; any text where no keys are set. */
  readonly key: string;
  /** Shown to nobody yet; RunPod's own templates name the device. */
  readonly gpu?: string;
  /** ms */
  readonly pingInterval?: number;
}

/**
 * The environment by which RunPod's unchanged Python SDK works for this endpoint, as shell assignments. Every template has a
 * `?`, since the SDK appends `&…` to each. In the first `$ID` is the worker, in the others the job: the SDK fills them in.
 */
export function workerEnvironment(options: WorkerEnvironment): string {
  const { url, endpoint, worker, key, gpu = 'any', pingInterval = 10_000 } = options;
  const base = `${url}/v2/${endpoint}`;
  const query = `?gpu=${encodeURIComponent(gpu)}`;
  return [
    `RUNPOD_WEBHOOK_GET_JOB=${quoted(`${base}/job-take/$ID${query}`)}`,
    `RUNPOD_WEBHOOK_POST_OUTPUT=${quoted(`${base}/job-done/$RUNPOD_POD_ID/$ID${query}`)}`,
    `RUNPOD_WEBHOOK_POST_STREAM=${quoted(`${base}/job-stream/$RUNPOD_POD_ID/$ID${query}`)}`,
    `RUNPOD_WEBHOOK_PING=${quoted(`${base}/ping/$RUNPOD_POD_ID`)}`,
    `RUNPOD_AI_API_KEY=${quoted(key)}`,
    `RUNPOD_POD_ID=${quoted(worker)}`,
    `RUNPOD_ENDPOINT_ID=${quoted(endpoint)}`,
    `RUNPOD_PING_INTERVAL=${pingInterval}`,
    '# Each worker needs a RUNPOD_POD_ID of its own. Without RUNPOD_AI_API_KEY and RUNPOD_POD_ID the SDK sends no pings.',
    '# RUNPOD_PING_INTERVAL is in ms and counts in whole seconds: below 1000 the SDK pings without a pause.',
    "# A key saved by RunPod's command line (~/.runpod/config.toml) wins over RUNPOD_AI_API_KEY.",
    '',
  ].join('\n');
}

/** For a POSIX shell: nothing in it is expanded. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
