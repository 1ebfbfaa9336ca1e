import type { Context } from './context.ts';

/** Age of the oldest waiting job of either priority, ms; two look-ups in an index, whatever the length of the queue. */
export function oldestAge(context: Context): number {
  const { statements, tally } = context.store;
  const oldest = Math.min(
    tally.waiting > 0 ? since(statements.oldestWaiting.get(0)) : Infinity,
    tally.lowPriority > 0 ? since(statements.oldestWaiting.get(1)) : Infinity,
  );
  return oldest === Infinity ? 0 : Math.max(0, context.rules.now() - oldest);
}

function since(row: Readonly<Record<string, unknown>> | undefined): number {
  return row === undefined ? Infinity : Number(row['enqueued_at']);
}
