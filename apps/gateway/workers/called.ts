import type { FastifyRequest } from 'fastify';
import { addressed, validTraceparent, type Addressed } from '#libs/runpod';
import { Refusal } from '../refusal.ts';
import type { Posted } from './results.ts';

type Request = Pick<FastifyRequest, 'params' | 'query' | 'body' | 'headers'>;

/**
 * The worker that calls, and its parameters. Who calls and about which job stands in the address and nowhere else: the
 * SDK's `X-Request-ID` may be another job's.
 * @throws {Refusal} 400 for an address without a worker
 */
export function caller(request: Pick<Request, 'params' | 'query'>): Addressed {
  const { worker = '' } = request.params as { readonly worker?: string };
  const address = addressed(worker, request.query as Addressed['query']);
  if (address.id !== '') return address;
  throw new Refusal(
    400,
    "The address names no worker. Set RUNPOD_POD_ID, and take the gateway's addresses as they are.",
  );
}

/** @throws {Refusal} 400 for an address without a worker */
export function posted(request: Request): Posted {
  const { job = '' } = request.params as { readonly job?: string };
  return {
    worker: caller(request).id,
    job: addressed(job, {}).id,
    body: typeof request.body === 'string' ? request.body : '',
    traceparent: validTraceparent(request.headers['traceparent']),
  };
}
