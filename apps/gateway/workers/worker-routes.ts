import { operationOf } from '../operation.ts';

const operations: ReadonlySet<string> = new Set([
  'job-take',
  'job-take-batch',
  'job-stop',
  'job-done',
  'job-stream',
  'ping',
  'concurrency',
]);

/** Of the calls that a worker repeats at once, however they end. */
const polls: ReadonlySet<string> = new Set(['job-take', 'job-take-batch', 'job-stop']);

/** For workers: operators' keys, no rates of clients. */
export function isWorkerRoute(route: string | undefined): boolean {
  return operations.has(operationOf(route));
}

export function isPoll(route: string | undefined): boolean {
  return polls.has(operationOf(route));
}

/** Its body is a worker's, read as it is: what cannot be parsed still ends a job. */
export function isWorkerBody(route: string | undefined): boolean {
  const operation = operationOf(route);
  return operation === 'job-done' || operation === 'job-stream';
}
