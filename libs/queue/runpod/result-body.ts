import type { Failure } from '#libs/core';

/** A body of `job-done`, as JSON text; `problem` where the output could not be kept. */
export interface ResultBody {
  readonly text: string;
  readonly problem?: string;
}

/** `stopPod`: the worker asks to be replaced (H15). */
export interface BodyOptions {
  readonly stopPod: boolean;
}

/** A failure as it goes to the platform. */
export interface ToldFailure extends Failure {
  /** Which attempt it was; only for a gateway of ours, which then reads under `flyball` what the protocol has no words for. */
  readonly attempt?: number;
}

/**
 * A success (3.4): `{}` without output. NaN and infinities become `null`. An output that JSON cannot hold ends the job failed,
 * naming its type (H7).
 */
export function successBody(output: unknown, { stopPod }: BodyOptions): ResultBody {
  const value = jsonOf(output);
  const asked = stopPod ? { stopPod } : {};
  if ('problem' in value) {
    return {
      text: JSON.stringify({ error: `The output is no JSON: ${value.problem}.`, ...asked }),
      problem: value.problem,
    };
  }
  const parts = [
    ...(value.text === undefined ? [] : [`"output":${value.text}`]),
    ...(stopPod ? ['"stopPod":true'] : []),
  ];
  return { text: `{${parts.join(',')}}` };
}

/** A failure (3.4): its words as text, beside what the handler returned with them. */
export function failureBody(failure: ToldFailure, { stopPod }: BodyOptions): ResultBody {
  const { message, output, outcome, errorType, retry, attempt } = failure;
  const value = jsonOf(output);
  // An empty error is none (W11).
  const parts = [`"error":${JSON.stringify(message === '' ? 'failed without a message' : message)}`];
  if (!('problem' in value) && value.text !== undefined) parts.unshift(`"output":${value.text}`);
  if (attempt !== undefined) parts.push(`"flyball":${JSON.stringify({ attempt, outcome, errorType, retry })}`);
  if (stopPod) parts.push('"stopPod":true');
  return { text: `{${parts.join(',')}}`, ...('problem' in value && { problem: value.problem }) };
}

/** What the client reads when the platform took the result for too large (H8). */
export function tooLargeBody(bytes: number): string {
  const error =
    `The result has ${bytes} bytes (${(bytes / 1e6).toFixed(1)} MB), and the platform does not take as many (413; RunPod ` +
    'documents 20 MB). Store it elsewhere and answer with its address.';
  return JSON.stringify({ error });
}

function jsonOf(value: unknown): { readonly text: string | undefined } | { readonly problem: string } {
  if (value === undefined) return { text: undefined };
  try {
    const text: string | undefined = JSON.stringify(value);
    return text === undefined ? { problem: `it is a ${typeof value}` } : { text };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
