import type { JobView } from '../contract.ts';
import type { Context } from './context.ts';
import type { Payload } from './payload.ts';
import { jobFields, viewOf, type Side, type StoredJob } from './view.ts';

export async function find(context: Context, id: string): Promise<JobView | undefined> {
  return viewOf(await stored(context, id));
}

export async function stored({ redis, names }: Context, id: string): Promise<StoredJob> {
  const answers = await redis
    .pipeline()
    .hmget(names.job(id), ...jobFields)
    .get(names.lock(id))
    .hgetall(names.side(id))
    .exec();
  const [values, lock, side] = (answers ?? []).map(([error, value]) => {
    if (error !== null) throw error;
    return value;
  }) as [(string | null)[], string | null, Side];
  const told = jobFields.flatMap((field, index) => {
    const value = values[index];
    return typeof value === 'string' ? [[field, value] as const] : [];
  });
  return { id, job: Object.fromEntries(told), lock, side };
}

/** Of a job that may be gone from BullMQ already. */
export async function payloadIn({ redis, names }: Context, id: string): Promise<Payload | undefined> {
  const text = (await redis.hget(names.job(id), 'data')) ?? (await redis.hget(names.side(id), 'data'));
  return text === null ? undefined : (JSON.parse(text) as Payload);
}
