import { FlyballError } from '#libs/core';
import { BadRequest } from '#libs/runpod';

/** An answer that is not 200. The message is the client's text, with the next step. */
export class Refusal extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.headers = headers;
  }
}

/** The job is unknown, its result is past its retention, or its life ended while it ran. */
export function unknownJob(): Refusal {
  return new Refusal(
    404,
    'There is no such job, or it has expired. Results of /run are kept 30 minutes after the end, those of /runsync one.',
  );
}

/** What a client is told of an error; nothing for those that are a defect of ours. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof BadRequest) return new Refusal(400, error.message);
  if (!(error instanceof FlyballError)) return undefined;
  if (error.code === 'QUEUE_FULL') return new Refusal(429, error.message, { 'retry-after': '5' });
  if (error.code === 'QUEUE_UNAVAILABLE') return new Refusal(503, error.message, { 'retry-after': '1' });
  return undefined;
}
