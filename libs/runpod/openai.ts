import type { JobFacts, RunpodStatus } from './status-body.ts';

/** The input of a job that came by `/openai/v1/*`, as RunPod's vLLM worker takes it. */
export interface OpenaiInput {
  /** `/v1/…` */
  readonly openai_route: string;
  /** Absent for routes without a body, such as `/v1/models`. */
  readonly openai_input?: unknown;
}

/** @param path below `/openai/v1/` */
export function openaiInput(path: string, body: unknown): OpenaiInput {
  const route = { openai_route: `/v1/${path}` };
  return body === undefined ? route : { ...route, openai_input: body };
}

export function wantsStream(body: unknown): boolean {
  return isRecord(body) && body['stream'] === true;
}

export interface OpenaiError {
  readonly error: { readonly message: string; readonly type: string; readonly code: string | null };
}

/** A failure as OpenAI's clients read it. */
export function openaiError(status: number, message: string): OpenaiError {
  return { error: { message, type: errorType(status), code: null } };
}

function errorType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 404) return 'not_found_error';
  if (status === 429) return 'rate_limit_error';
  return status < 500 ? 'invalid_request_error' : 'server_error';
}

export interface OpenaiFailure {
  readonly status: number;
  readonly body: unknown;
}

/**
 * The answer for a job that ended without a result: the model server's own error where it is the job's output, else ours.
 * Clients act on the status, so it is the model server's where that can be told.
 */
export function openaiFailure(job: JobFacts): OpenaiFailure {
  const message = job.error ?? `The job ended ${job.status}. Send the request again.`;
  const own =
    job.status === 'FAILED' && isRecord(job.output) && ('error' in job.output || job.output['object'] === 'error');
  const status = (own ? statusIn(job.output) : undefined) ?? statusInText(message) ?? statusOfEnd(job.status);
  return { status, body: own ? job.output : openaiError(status, message) };
}

/** vLLM repeats the status in its error, as `error.code` or, in older versions, `code`. */
function statusIn(output: unknown): number | undefined {
  const error = isRecord(output) && isRecord(output['error']) ? output['error'] : output;
  const code = isRecord(error) ? error['code'] : undefined;
  return typeof code === 'number' && code >= 400 && code < 600 ? code : undefined;
}

/** The cause as our handler for HTTP upstreams words it. */
function statusInText(message: string): number | undefined {
  const [, status] = /^upstream answered ([45]\d\d)\b/.exec(message) ?? [];
  return status === undefined ? undefined : Number(status);
}

function statusOfEnd(status: RunpodStatus): number {
  if (status === 'TIMED_OUT') return 504;
  return status === 'CANCELLED' ? 409 : 502;
}

/** What a worker's chunks and output are to the client: its chunks where it sent any, else its output. */
export function openaiBody(chunks: readonly unknown[], output: unknown): unknown {
  const [first] = chunks;
  if (first === undefined) return readJson(output);
  if (chunks.every((chunk) => typeof chunk === 'string')) return readJson(chunks.join(''));
  return chunks.length === 1 ? first : chunks;
}

/** One chunk as server-sent text: a worker's text is sent as it is, JSON becomes one event. */
export function eventText(chunk: unknown): string {
  return typeof chunk === 'string' ? chunk : `data: ${JSON.stringify(chunk)}\n\n`;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function readJson(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}
