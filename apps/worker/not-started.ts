import { FlyballError } from '#libs/core';

/** There is no worker yet. */
export function handlerStarting(): FlyballError {
  return new FlyballError(
    'NOT_STARTED',
    'The handler is still starting, so there is no limit and no decision yet. Ask again later.',
  );
}

/** There is a worker, and it has not decided yet. */
export function firstPeriod(): FlyballError {
  return new FlyballError('NOT_STARTED', 'Nothing has been decided yet: the first period is under way. Ask again.');
}
