import type { Context } from './context.ts';
import { endJob } from './end-job.ts';
import { find } from './read.ts';
import { outlived } from './start-attempt.ts';
import { payloadIn } from './read.ts';
import { bullId } from './names.ts';

/** Looked at in one round. */
const most = 200;

/** Sees to jobs whose time has come: those that live past their ttl end, final ones are removed. Any process may do it. */
export async function sweep(context: Context): Promise<void> {
  const { redis, names, rules } = context;
  const ids = await redis.zrangebyscore(names.due, '-inf', rules.now(), 'LIMIT', 0, most);
  for (const id of ids) await see(context, id);
}

async function see(context: Context, id: string): Promise<void> {
  const { redis, names, rules } = context;
  const view = await find(context, id);
  if (view === undefined) {
    // Being stored just now, or never was.
    if ((await redis.zscore(names.pending, id)) === null) await redis.zrem(names.due, id);
    return;
  }
  if (view.status === 'IN_QUEUE' || view.status === 'IN_PROGRESS') {
    const { ttl = 0 } = (await payloadIn(context, id)) ?? {};
    const expired = view.status === 'IN_PROGRESS';
    await endJob(context, id, { status: 'TIMED_OUT', error: outlived(ttl), expired, how: 'expired' });
    return;
  }
  // Its webhook is made of what would be removed.
  if ((await redis.zscore(names.webhooks, id)) !== null) {
    await redis.zadd(names.due, rules.now() + 60_000, id);
    return;
  }
  await context.bull.remove(bullId(id));
  await redis.pipeline().zrem(names.due, id).del(names.side(id), names.chunks(id)).exec();
}
