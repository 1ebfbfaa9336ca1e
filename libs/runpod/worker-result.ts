import { errorTypes, outcomes, type ErrorType, type Failure } from '#libs/core';
import { parsePythonJson } from './python-json.ts';

/** The body of `job-done`, read. */
export type WorkerResult = ResultNotes &
  (
    | { readonly kind: 'progress'; readonly output: unknown }
    /** Without `output`: the job ends without one. */
    | { readonly kind: 'succeeded'; readonly output?: unknown }
    | FailedResult
  );

export interface FailedResult {
  readonly kind: 'failed';
  /** What the client reads. */
  readonly error: string;
  /** What the handler returned beside its error. */
  readonly output?: unknown;
  /** The exception behind it, where the worker says so in the SDK's form. */
  readonly exception?: PythonException;
  /** More than the protocol has words for, where the worker says so under `flyball`. */
  readonly ending?: AttemptEnding;
  /** It is no result in the protocol's form. */
  readonly unreadable: boolean;
}

export interface PythonException {
  /** `<class 'ValueError'>` */
  readonly type: string;
  readonly message: string;
}

/** How an attempt ended, as a worker of ours says it beside the error that everybody reads. */
export interface AttemptEnding {
  readonly outcome: Failure['outcome'];
  readonly errorType: ErrorType;
  /** Another attempt may succeed. */
  readonly retry: boolean;
  /** Which attempt; not said: the one that the worker has. */
  readonly attempt?: number;
}

interface ResultNotes {
  /** Python's non-finite numbers that became `null`. */
  readonly replaced: number;
  /** The worker asks to be replaced. */
  readonly stopPod: boolean;
}

const longestUnreadable = 4_096;

/** Reads what a worker posts to `job-done`: any text, since whatever it is, the job needs its end. */
export function readWorkerResult(text: string): WorkerResult {
  const parsed = parse(text);
  if (parsed === undefined || !isRecord(parsed.value)) {
    const error = `the worker's result is no JSON object: ${text.slice(0, longestUnreadable)}`;
    return { kind: 'failed', error, unreadable: true, replaced: parsed?.replaced ?? 0, stopPod: false };
  }
  const { value: body, replaced } = parsed;
  const output = Object.hasOwn(body, 'output') ? { output: body['output'] } : {};
  const notes = { replaced, stopPod: body['stopPod'] === true };
  if (body['status'] === 'IN_PROGRESS') return { kind: 'progress', output: body['output'] ?? null, ...notes };
  const { error } = body;
  if (!isTrue(error)) return { kind: 'succeeded', ...output, ...notes };
  const ending = endingIn(body['flyball']);
  const told = ending === undefined ? {} : { ending };
  return { kind: 'failed', ...failureOf(error), ...told, ...output, unreadable: false, ...notes };
}

/**
 * The yield in a body of `job-stream`; `undefined` for what is none.
 */
export function readWorkerChunk(text: string): { readonly output: unknown; readonly replaced: number } | undefined {
  const parsed = parse(text);
  if (parsed === undefined || !isRecord(parsed.value) || !Object.hasOwn(parsed.value, 'output')) return undefined;
  return { output: parsed.value['output'], replaced: parsed.replaced };
}

function failureOf(error: unknown): Pick<FailedResult, 'error' | 'exception'> {
  if (typeof error !== 'string') return { error: textOf(error) };
  const exception = exceptionIn(error);
  return { error, ...(exception !== undefined && { exception }) };
}

function textOf(error: unknown): string {
  try {
    return JSON.stringify(error);
  } catch {
    // JSON.parse reads deeper than JSON.stringify can write.
    return "the worker's error is nested too deeply to be shown";
  }
}

/** The SDK sends the JSON text of six keys for a function that raised. */
function exceptionIn(error: string): PythonException | undefined {
  const value = parse(error)?.value;
  if (!isRecord(value)) return undefined;
  const { error_type: type, error_message: message } = value;
  return typeof type === 'string' && typeof message === 'string' ? { type, message } : undefined;
}

/** All of it or nothing: half an ending is a guess. */
function endingIn(flyball: unknown): AttemptEnding | undefined {
  if (!isRecord(flyball)) return undefined;
  const { retry, attempt } = flyball;
  const outcome = outcomes.find((each) => each === flyball['outcome']);
  const errorType = errorTypes.find((each) => each === flyball['errorType']);
  if (outcome === undefined || outcome === 'succeeded' || errorType === undefined) return undefined;
  if (typeof retry !== 'boolean') return undefined;
  return { outcome, errorType, retry, ...(Number.isSafeInteger(attempt) && { attempt: attempt as number }) };
}

/** As Python judges it. */
function isTrue(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (isRecord(value)) return Object.keys(value).length > 0;
  return Boolean(value);
}

function parse(text: string): { readonly value: unknown; readonly replaced: number } | undefined {
  try {
    return parsePythonJson(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
