import { Job as BullJob, UnrecoverableError } from 'bullmq';
import type { ErrorType, LeaseEnd } from '#libs/core';
import type { JobStatus } from '../contract.ts';
import type { Context, Result } from './context.ts';
import type { Payload } from './payload.ts';
import { tokenOf } from './token.ts';
import { bullId } from './names.ts';

export interface Ending {
  readonly status: Exclude<JobStatus, 'IN_QUEUE' | 'IN_PROGRESS'>;
  readonly error?: string;
  readonly errorType?: ErrorType;
  /** The result; absent = none. */
  readonly output?: unknown;
  /** The ttl ran out while it was running. */
  readonly expired?: boolean;
  readonly history?: string;
  readonly traceparent?: string | undefined;
  /** How whoever runs the job is told. */
  readonly how: LeaseEnd;
  /** Lease that ends it; absent: it is ended over the head of whoever has it. */
  readonly token?: string;
}

export type Ended = 'unknown' | 'final' | 'lost' | 'ended';

/** Whose hands a job that was taken out of another's is in until BullMQ has put it away. */
const seizer = tokenOf({ worker: '', leaseMs: 60_000 }, 'seized');
/** A worker may take a job between our look and its removal; each round takes it from one. */
const rounds = 5;

/**
 * Ends a job otherwise than by an ordinary success. The script decides, at once and once; then BullMQ's own calls put the
 * job away. A process that dies between the two leaves a job whose next taker finds it ended.
 */
export async function endJob(context: Context, id: string, ending: Ending): Promise<Ended> {
  const { names, scripts, rules, leases } = context;
  const { token = '', how, traceparent = '' } = ending;
  const decided = await scripts.endJob(
    names.prefix,
    id,
    rules.now(),
    token,
    seizer,
    how,
    fieldsOf(ending),
    traceparent,
  );
  if (decided === 'unknown' || decided === 'final' || decided === 'lost') return decided;
  context.announcements.changed(id);
  if (token === '') leases.get(id)?.end(how);
  await putAway(context, id, decided === 'held' ? token : decided === 'seized' ? seizer : undefined, how);
  return 'ended';
}

/** Out of BullMQ's list: among the failed where somebody has it, else removed. */
async function putAway(context: Context, id: string, token: string | undefined, how: LeaseEnd): Promise<void> {
  const { bull, names, scripts } = context;
  let held = token;
  for (let round = 0; round < rounds; round += 1) {
    if (held !== undefined) {
      await failIn(context, id, held);
      return;
    }
    if ((await bull.remove(bullId(id))) === 1) return;
    if ((await scripts.seize(names.prefix, id, seizer, how)) === 1) held = seizer;
    else if ((await context.redis.exists(names.job(id))) === 0) return;
  }
}

/** For BullMQ it has failed; how it really ended stands beside it. */
export async function failIn({ bull, taker }: Context, id: string, token: string): Promise<void> {
  const job = await BullJob.fromId<Payload, Result>(bull, bullId(id));
  if (job === undefined) return;
  // Its own connection never gives up, and its scripts know how long a lock lasts.
  const own = BullJob.fromJSON<Payload, Result>(taker, job.asJSON(), bullId(id));
  await own.moveToFailed(endedElsewhere(), token, false).catch((error: unknown) => {
    // Somebody was faster: the job is where it belongs.
    if (!isLost(error)) throw error;
  });
}

/** BullMQ keeps an error's stack, which says nothing here. */
function endedElsewhere(): Error {
  const error = new UnrecoverableError('ended');
  error.stack = '';
  return error;
}

/** BullMQ's answers to somebody whose lease is over: no job, no lock, not active, another's lock. */
export function isLost(error: unknown): boolean {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  return code === -1 || code === -2 || code === -3 || code === -6;
}

function fieldsOf({ status, error, errorType, output, expired, history }: Ending): string {
  return JSON.stringify({
    status,
    error,
    errorType,
    output: output === undefined ? undefined : JSON.stringify(output),
    expired: expired === true ? '1' : undefined,
    history,
  });
}
