import type { ControllerSetup, DecisionRecord } from '#libs/core';
import { ClosedLoop, periodMs } from './closed-loop.ts';
import type { Scenario } from './scenario.ts';

export interface SimulateOptions {
  readonly scenario: Scenario;
  readonly setup: ControllerSetup;
  /** The same seed brings the same jobs and the same noise, whatever the limit does. */
  readonly seed: number;
  /** ms; the scenario's own when absent. */
  readonly duration?: number;
}

export interface SimulationTotals {
  readonly duration: number;
  readonly finished: number;
  /** Finished within their deadline; all finished where there is none. */
  readonly onTime: number;
  readonly late: number;
  /** Jobs lost to memory, and how often memory ran out. */
  readonly lost: number;
  readonly outOfMemory: number;
}

export interface Simulation {
  readonly records: readonly DecisionRecord[];
  readonly totals: SimulationTotals;
}

/** Runs the product's own gate arithmetic, window and controller against a plant, without a clock: seconds for hours. */
export function simulate(options: SimulateOptions): Simulation {
  const loop = new ClosedLoop(options.scenario, options.setup, options.seed);
  const duration = options.duration ?? options.scenario.duration;
  const records: DecisionRecord[] = [];
  for (let seq = 0; (seq + 1) * periodMs <= duration; seq += 1) {
    loop.runUntil((seq + 1) * periodMs);
    records.push(loop.period(seq));
  }
  return { records, totals: { duration: records.length * periodMs, ...loop.totals } };
}
