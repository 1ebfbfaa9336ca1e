import { defaultGuard } from '#libs/core';
import { ClosedLoop, factsOf, Random, traceOf, type RunFacts, type Scenario, type Trace } from '#libs/simulation';
import type { Subject } from './subject.ts';

export interface RunOptions {
  readonly seed: number;
  /** Clients declare size, memory and class. */
  readonly hints: boolean;
}

export interface Run {
  readonly facts: RunFacts;
  readonly trace: Trace;
}

/** `rate`: the best fixed limit's, in on-time jobs per ms. */
export function runOnce(scenario: Scenario, subject: Subject, options: RunOptions, rate: number): Run {
  const { seed, hints } = options;
  // The law's own chance must not disturb the jobs.
  const random = new Random(seed ^ 0x5bd1e995);
  const guard = subject.guard ? defaultGuard : undefined;
  const loop = new ClosedLoop({ scenario, seed, hints, guard }, () => subject.create(random));
  const { duration, phases } = scenario;
  loop.runUntil(duration);
  return { facts: factsOf(loop.tally, duration, phases), trace: traceOf(loop.tally.onTimeAt, duration, rate) };
}
