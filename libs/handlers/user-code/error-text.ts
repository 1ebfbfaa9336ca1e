import { inspect } from 'node:util';
import type { Ending } from '../ending.ts';
import type { Identity } from '../identity.ts';

const longestTraceback = 16_384;

/** What a handler threw: the client reads the JSON text with the six keys of RunPod's SDK. */
export function threw(error: unknown, identity: Identity): Ending {
  const message = JSON.stringify({
    error_type: errorName(error),
    error_message: errorMessage(error),
    error_traceback: traceback(error),
    hostname: identity.hostname,
    worker_id: identity.workerId,
    runpod_version: identity.version,
  });
  return { ok: false, errorType: 'handler-threw', message, cause: cause(error) };
}

/** What a generator threw, in the words of RunPod's SDK. */
export function generatorThrew(error: unknown): Ending {
  const message = `handler: ${errorMessage(error)} \ntraceback: ${traceback(error)}`;
  return { ok: false, errorType: 'handler-threw', message, cause: cause(error) };
}

function cause(error: unknown): string {
  return `${errorName(error)}: ${errorMessage(error)}`;
}

function errorName(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : typeof error === 'string' ? error : inspect(error);
}

/** The stack with the causes below it. */
function traceback(error: unknown): string {
  return inspect(error, { depth: 3 }).slice(0, longestTraceback);
}
