import { hostname } from 'node:os';
import type { HandlerOptions } from './options.ts';

/** The environment of a handler's process: the worker's own, and what RunPod's handlers read where it is not set. */
export function handlerEnv(options: HandlerOptions): NodeJS.ProcessEnv {
  const identity = {
    RUNPOD_POD_ID: options.workerId,
    RUNPOD_ENDPOINT_ID: options.endpointId,
    RUNPOD_POD_HOSTNAME: hostname(),
  };
  return { ...identity, ...(options.env ?? process.env) };
}
