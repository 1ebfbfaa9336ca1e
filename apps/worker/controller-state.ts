import { decisionId, type DecisionRecord, type GuardFacts, type Mode, type OrderFacts } from '#libs/core';
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
  readonly decision?: Omit<DecisionRecord, 'checkpoint' | 'guard'> & { readonly id: string };
}

export function controllerState(
  worker: Worker,
  identity: Pick<ControllerState, 'worker' | 'endpoint' | 'strategy'>,
  clock: Clock,
): ControllerState {
  const { mode, order, lastDecision } = worker;
  return {
    worker: identity.worker,
    endpoint: identity.endpoint,
    strategy: identity.strategy,
    mode,
    limit: Math.floor(worker.limit),
    inFlight: worker.inFlight,
    waiting: worker.waiting,
    ...(order && { order: shownOrder(order, clock) }),
    ...(lastDecision && shownDecision(lastDecision)),
  };
}

/** The guard's facts beside the decision, and nothing that only a replay needs. */
function shownDecision(record: DecisionRecord): Pick<ControllerState, 'guard' | 'decision'> {
  const { checkpoint: _, guard, ...decision } = record;
  return { ...(guard && { guard }), decision: { id: decisionId(record), ...decision } };
}

function shownOrder({ limit, reason, by, until }: OrderFacts, clock: Clock): NonNullable<ControllerState['order']> {
  const ends = until === undefined ? undefined : new Date(Math.round(clock.wall() + until - clock.now())).toISOString();
  return { ...(limit !== undefined && { limit }), reason, by, ...(ends !== undefined && { until: ends }) };
}
