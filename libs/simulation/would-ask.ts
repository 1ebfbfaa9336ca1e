import {
  decisionId,
  observationOf,
  seenFrom,
  startController,
  stepController,
  type ControllerSetup,
  type ControllerState,
  type DecisionRecord,
  type Reason,
  type Shadow,
} from '#libs/core';

/** One period of a log beside what another strategy would have asked for in it. */
export interface Asking {
  /** `<worker>-<seq>` */
  readonly id: string;
  /** ms since the worker's start. */
  readonly t: number;
  /** After the period, fractional. */
  readonly inForce: number;
  readonly asked: number;
  readonly reason: Reason;
}

export interface WouldAsk {
  readonly periods: number;
  /** Periods whose gate would have been asked to be higher, or lower, than the one in force. */
  readonly higher: number;
  readonly lower: number;
  /** Means over the periods. */
  readonly meanInForce: number;
  readonly meanAsked: number;
  /** Periods in which it failed. */
  readonly errors: number;
  /** The first whose gates differ. */
  readonly first?: Asking;
  /** Some, evenly spread, oldest first. */
  readonly some: readonly Asking[];
}

/**
 * Steps another strategy as a shadow on the recorded observations. It says what that strategy would have asked for and never
 * what it would have achieved: its limits were not in force, and the jobs that it sees ran under another. It begins with
 * each worker at the limit in force then.
 */
export function wouldAsk(records: Iterable<DecisionRecord>, shadow: Shadow, lines = 10): WouldAsk {
  const askings: Asking[] = [];
  let errors = 0;
  let running:
    { readonly worker: string; readonly setup: ControllerSetup; readonly state: ControllerState } | undefined;
  for (const record of records) {
    // Nobody is asked any more.
    if (record.mode === 'draining') continue;
    if (record.worker !== running?.worker) running = begun(record, shadow);
    const { worker, setup, state } = running;
    const step = stepController(setup, state, seenFrom(state.limit, observationOf(record)));
    running = { worker, setup, state: step.state };
    if (step.verdict.error) errors += 1;
    const { reason } = step.verdict;
    askings.push({ id: decisionId(record), t: record.t, inForce: record.limit.after, asked: step.state.limit, reason });
  }
  const first = askings.find((asking) => direction(asking) !== 0);
  return {
    periods: askings.length,
    higher: askings.filter((asking) => direction(asking) > 0).length,
    lower: askings.filter((asking) => direction(asking) < 0).length,
    meanInForce: mean(askings.map(({ inForce }) => inForce)),
    meanAsked: mean(askings.map(({ asked }) => asked)),
    errors,
    ...(first && { first }),
    some: spread(askings, lines),
  };
}

function begun({ worker, bounds, observation }: DecisionRecord, { strategy, config }: Shadow) {
  const { min, max } = bounds;
  const setup: ControllerSetup = { strategy, config, bounds: { min, max }, initial: observation.limit, dryRun: false };
  return { worker, setup, state: startController(setup) };
}

function direction({ asked, inForce }: Asking): number {
  return Math.floor(asked) - Math.floor(inForce);
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** At most `count` of them, the first and the last included. */
function spread(askings: readonly Asking[], count: number): readonly Asking[] {
  if (askings.length <= count) return askings;
  const step = (askings.length - 1) / (count - 1);
  return askings.filter((_, index) => index === Math.round(Math.round(index / step) * step));
}
