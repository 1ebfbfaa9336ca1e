import type { DecisionRecord, GuardFacts, Mode, OrderFacts } from '#libs/core';
import type { Clock, Worker } from '#libs/runtime';

/** Answer of `GET /controller`: the worker's own facts of now, and its last decision. */
export interface ControllerState {
  readonly worker: string;
  readonly endpoint: string;
  readonly strategy: string;
  readonly mode: Mode;
  /** Jobs the gate lets run at once. */
  readonly limit: number;
  readonly inFlight: number;
  /** Leased jobs that wait for room, or for memory. */
  readonly waiting: number;
  /** What a person ordered, in the modes `override` and `frozen`; `until` in ISO 8601, absent: until somebody resumes. */
  readonly order?: Omit<OrderFacts, 'until'> & { readonly until?: string };
  readonly guard?: GuardFacts;
  /** Absent in the first period. */
  readonly decision?: Omit<DecisionRecord, 'checkpoint' | 'guard'>;
}

export function controllerState(
  worker: Worker,
  identity: Pick<ControllerState, 'worker' | 'endpoint' | 'strategy'>,
  clock: Clock,
): ControllerState {
  const { mode, order, lastDecision } = worker;
  const { checkpoint: _, guard, ...decision } = lastDecision ?? {};
  return {
    worker: identity.worker,
    endpoint: identity.endpoint,
    strategy: identity.strategy,
    mode,
    limit: Math.floor(worker.limit),
    inFlight: worker.inFlight,
    waiting: worker.waiting,
    ...(order && { order: shownOrder(order, clock) }),
    ...(guard && { guard }),
    ...(lastDecision && { decision: decision as NonNullable<ControllerState['decision']> }),
  };
}

function shownOrder({ limit, reason, by, until }: OrderFacts, clock: Clock): NonNullable<ControllerState['order']> {
  const ends = until === undefined ? undefined : new Date(Math.round(clock.wall() + until - clock.now())).toISOString();
  return { ...(limit !== undefined && { limit }), reason, by, ...(ends !== undefined && { until: ends }) };
}
