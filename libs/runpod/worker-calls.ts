type Query = Readonly<Record<string, unknown>>;

export interface Addressed {
  readonly id: string;
  readonly query: Query;
}

/**
 * The last part of a worker's address. The SDK appends `&isStream=false` to whatever it was given: without a `?` in that,
 * the parameters arrive as part of the id.
 */
export function addressed(part: string, query: Query): Addressed {
  const [id = '', ...parameters] = part.split('&');
  if (parameters.length === 0) return { id, query };
  return { id, query: { ...Object.fromEntries(new URLSearchParams(parameters.join('&'))), ...query } };
}

const mostJobs = 256;

/** `?batch_size=` as a whole number of jobs, at least 1; `undefined` where there is none: one job is asked for. */
export function batchSize(query: Query): number | undefined {
  const given = query['batch_size'];
  if (given === undefined || given === '') return undefined;
  const size = Math.floor(Number(given));
  return size >= 1 ? Math.min(size, mostJobs) : 1;
}

/** What a worker says of itself in a ping. */
export interface WorkerPing {
  /** Jobs it has, each once. */
  readonly jobs: readonly string[];
  /** The list is all it has; the SDK cuts a very long one. */
  readonly complete: boolean;
  /** Of its SDK. */
  readonly version?: string;
  /** It cannot work, and why. */
  readonly unhealthy?: string;
}

/** The SDK's own limit is 65,535 bytes, cut at a comma; an id is no longer than 64. */
const longestList = 65_000;
const longestReason = 256;

export function parsePing(query: Query): WorkerPing {
  const list = texts(query['job_id']).join(',');
  const version = text(query['runpod_version'], 32);
  return {
    jobs: [...new Set(list.split(',').filter((id) => id !== ''))],
    complete: list.length < longestList,
    ...(version !== undefined && { version }),
    ...(query['status'] === 'unhealthy' && { unhealthy: reasonOf(query) }),
  };
}

function reasonOf(query: Query): string {
  const parts = [text(query['check'], 64), text(query['reason'], longestReason)];
  return parts.filter((part) => part !== undefined).join(': ') || 'no reason given';
}

/** A parameter that stands there more than once is a list. */
function texts(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
}

function text(value: unknown, longest: number): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, longest) : undefined;
}
