import type { ControllerSetup, DecisionRecord } from '#libs/core';
import { ClosedLoop, type LoopOptions } from './closed-loop.ts';
import { ControllerLimiter, periodMs } from './controller-limiter.ts';

export interface SimulateOptions extends LoopOptions {
  readonly setup: ControllerSetup;
  /** ms; the scenario's own when absent. */
  readonly duration?: number;
}

export interface SimulationTotals {
  readonly duration: number;
  readonly finished: number;
  /** Finished within their deadline; all finished where there is none. */
  readonly onTime: number;
  readonly late: number;
  /** Past their deadline before they could start. */
  readonly dropped: number;
  /** Jobs lost to memory, and how often memory ran out. */
  readonly lost: number;
  readonly outOfMemory: number;
}

export interface Simulation {
  readonly records: readonly DecisionRecord[];
  readonly totals: SimulationTotals;
  /** When each job ended that kept its deadline, ms, ascending. */
  readonly onTimeAt: readonly number[];
}

/** Runs the product's own gate arithmetic, guard, window and controller against a plant, without a clock: seconds for hours. */
export function simulate(options: SimulateOptions): Simulation {
  const records: DecisionRecord[] = [];
  const loop = new ClosedLoop(
    options,
    (guard) =>
      new ControllerLimiter(options.setup, {
        endpoint: options.scenario.name,
        onRecord: (record) => void records.push(record),
        guardFacts: (t) => guard?.period(t),
      }),
  );
  const duration = periodMs * Math.floor((options.duration ?? options.scenario.duration) / periodMs);
  loop.runUntil(duration);
  const { onTime, late, dropped, lost, outOfMemory } = loop.tally;
  return {
    records,
    totals: { duration, finished: onTime + late, onTime, late, dropped, lost, outOfMemory },
    onTimeAt: loop.tally.onTimeAt,
  };
}
