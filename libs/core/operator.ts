import type { ControllerSetup, ControllerState } from './controller.ts';
import { FlyballError } from './errors.ts';
import { sixDigits } from './rounding.ts';

/** What a person said about the limit; in force until somebody says otherwise or `until`. */
export interface Order {
  readonly mode: 'override' | 'frozen';
  /** Of an override; an out-of-memory cut lowers it. */
  readonly limit?: number;
  readonly reason: string;
  readonly by: string;
  /** ms since the worker's start, on the clock of `observation.t`. */
  readonly until?: number;
}

/** The order as the record shows it; its mode is the record's own. */
export type OrderFacts = Omit<Order, 'mode'>;

type Override = Required<OrderFacts>;

/** A dry run takes no orders: it promised to leave the limit where it began. */
export function takesOrders(setup: ControllerSetup): boolean {
  return !setup.dryRun;
}

/**
 * The next period puts `limit` in force, 0..max, without step limits; 0 takes no jobs, and CONCURRENCY_MIN holds for all
 * else. The strategy goes on stepping and being recorded, and begins anew at the limit in force when the override ends.
 * An override while frozen replaces the freeze, and the other way round: the last word wins.
 * @throws {FlyballError} DRY_RUN, BAD_LIMIT, BAD_UNTIL, NO_REASON, NO_AUTHOR
 */
export function overrideController(setup: ControllerSetup, state: ControllerState, order: Override): ControllerState {
  const { max } = setup.bounds;
  if (!(order.limit >= 0 && order.limit <= max)) {
    throw new FlyballError(
      'BAD_LIMIT',
      `An override to ${order.limit} is not possible. Give a limit from 0 to ${max}.`,
    );
  }
  const { reason, by, until } = order;
  return ordered(setup, state, { mode: 'override', limit: sixDigits(order.limit), reason, by, until });
}

/**
 * Keeps the limit as it is; only an out-of-memory cut lowers it. Without `until` it stays until a person resumes.
 * @throws {FlyballError} DRY_RUN, BAD_UNTIL, NO_REASON, NO_AUTHOR
 */
export function freezeController(setup: ControllerSetup, state: ControllerState, order: OrderFacts): ControllerState {
  const { reason, by, until } = order;
  return ordered(setup, state, { mode: 'frozen', reason, by, ...(until !== undefined && { until }) });
}

/** Ends an override or a freeze: the strategy begins anew at the limit in force. Without either it changes nothing. */
export function resumeController(state: ControllerState): ControllerState {
  return withOrder(state, undefined);
}

/** The state with this order and no other; a replay repeats with it what people said. */
export function withOrder(state: ControllerState, order: Order | undefined): ControllerState {
  const { order: _, ...rest } = state;
  return order === undefined ? rest : { ...rest, order };
}

/** The order that holds at `t`. */
export function orderAt({ order }: ControllerState, t: number): Order | undefined {
  return order?.until !== undefined && t >= order.until ? undefined : order;
}

function ordered(setup: ControllerSetup, state: ControllerState, order: Order): ControllerState {
  const { reason, by, until = 0 } = order;
  if (!takesOrders(setup)) {
    throw new FlyballError(
      'DRY_RUN',
      'A dry run never moves the limit. Start the worker without CONCURRENCY_DRY_RUN to steer it.',
    );
  }
  if (!Number.isFinite(until)) throw new FlyballError('BAD_UNTIL', `"${until}" is no time. Give ms since the start.`);
  if (reason.trim() === '') throw new FlyballError('NO_REASON', 'Say why: who reads the record later has to know.');
  if (by.trim() === '') throw new FlyballError('NO_AUTHOR', 'Say who gives the order; the record names them.');
  return withOrder(state, order);
}
