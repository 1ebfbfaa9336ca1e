import type { QueueDepth } from '#libs/core';
import type { JobCounters } from '../contract.ts';
import type { Context } from './context.ts';

/** Of BullMQ's lists only the ends are looked at, however long they are. */
export async function depth({ redis, names, rules }: Context): Promise<QueueDepth> {
  const answers = await redis
    .pipeline()
    .llen(names.list('wait'))
    .zcard(names.list('prioritized'))
    .llen(names.list('active'))
    .lindex(names.list('wait'), -1)
    .zrange(names.list('prioritized'), 0, 0)
    .exec();
  const [waiting, lowPriority, leased, first, firstLow] = (answers ?? []).map(([error, value]) => {
    if (error !== null) throw error;
    return value;
  }) as [number, number, number, string | null, string[]];
  const oldest = [...(first === null ? [] : [first]), ...firstLow];
  const times = await Promise.all(oldest.map((id) => redis.hget(names.list(id), 'timestamp')));
  const ages = times.map((time) => (time === null ? 0 : rules.now() - Number(time)));
  return { waiting, lowPriority, leased, oldestAge: Math.max(0, ...ages) };
}

export async function counters(context: Context): Promise<JobCounters> {
  await context.finished.flush();
  const [now, counted] = await Promise.all([depth(context), context.redis.hgetall(context.names.counters)]);
  const count = (name: string): number => Number(counted[name] ?? 0);
  return {
    ...now,
    completed: count('COMPLETED'),
    failed: count('FAILED'),
    cancelled: count('CANCELLED'),
    timedOut: count('TIMED_OUT'),
    retried: count('retried'),
  };
}
