import type { Context } from './context.ts';
import { endJob } from './end-job.ts';
import { leaseMs } from './context.ts';

/** BullMQ has found a lock gone and put the job back to its old place: its attempt is lost, and counts. */
export async function attemptLost(context: Context, id: string): Promise<void> {
  const { scripts, names, rules, leases } = context;
  leases.get(id)?.end('lost');
  const answer = await scripts.lost(names.prefix, id, rules.attempts);
  const [attempt, worker] = Array.isArray(answer) ? answer : [];
  context.announcements.changed(id);
  if (typeof attempt !== 'number' || attempt < rules.attempts) return;
  const error = lostWords(String(worker), rules.now() - leaseMs, { attempt, attempts: rules.attempts });
  await endJob(context, id, { status: 'FAILED', errorType: 'lease-lost', error, how: 'lost' });
}

/** @param seen when it was last heard of, ms since 1970 */
export function lostWords(
  worker: string,
  seen: number,
  { attempt, attempts }: { readonly attempt: number; readonly attempts: number },
): string {
  return `worker ${worker} stopped answering at ${new Date(seen).toISOString()}, attempt ${attempt} of ${attempts}`;
}
