import { FlyballError, withoutSecrets } from '#libs/core';

/** Passes what is ours; anything else means that Redis could not do it, or nobody knows whether it did. */
export function unavailable(error: unknown, url: string): FlyballError {
  if (error instanceof FlyballError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new FlyballError(
    'QUEUE_UNAVAILABLE',
    `The queue at ${withoutSecrets(url)} did not answer (${withoutSecrets(why)}). Is Redis up, and may this user use it?`,
    { cause: error },
  );
}

export function closedError(url: string): FlyballError {
  return new FlyballError('QUEUE_UNAVAILABLE', `The queue at ${withoutSecrets(url)} has been closed here.`);
}
