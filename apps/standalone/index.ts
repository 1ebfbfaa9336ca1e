// Only types and Node's own modules at load, so that a Node too old for the rest is told so in words.
import { FlyballError, type AnyStrategy } from '#libs/core';
import type { HandlerObject } from '#libs/handlers';
import type { Running } from './start-standalone.ts';
import { isTooOld, tooOldMessage } from '../cli/node-version.ts';

export type { HandlerContext, HandlerObject, JobFields } from '#libs/handlers';
export type { Running } from './start-standalone.ts';
export type { AnyStrategy, Decision, Observation, Reason, Step, Strategy } from '#libs/core';

/** A handler as a module exports it. */
export type Handler = HandlerObject['handler'];

/** RunPod's `start()` in camelCase, plus typed extras. */
export interface StartOptions extends HandlerObject {
  /** Strategies of your own, by their names in `CONCURRENCY_STRATEGY`. */
  readonly strategies?: readonly AnyStrategy[];
  /** Settings as environment variables spell them; they win over the environment. */
  readonly settings?: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts the endpoint, the queue and the worker in this process. SIGTERM and SIGINT drain it and end the process, unless
 * the program listens to them itself: then it calls `stop()`.
 * @throws {FlyballError} INVALID_SETTINGS with every problem at once, HANDLER_FAILED, NODE_TOO_OLD, …
 */
export async function start(options: StartOptions): Promise<Running> {
  if (isTooOld(process.versions.node)) throw new FlyballError('NODE_TOO_OLD', tooOldMessage(process.versions.node));
  if (typeof options?.handler !== 'function') {
    throw new FlyballError('NO_HANDLER', 'start() was given no handler. Call start({ handler: async (job) => … }).');
  }
  const { startWithHandler } = await import('./start-with-handler.ts');
  return startWithHandler(options);
}
