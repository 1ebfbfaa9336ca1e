import { defaultGuard } from '#libs/core';
import { ClosedLoop, factsOf, Random, traceOf, type RunFacts, type Scenario, type Trace } from '#libs/simulation';
import { curveOf } from '../report/curve-of.ts';
import type { Curve } from '../report/results.ts';
import type { Subject } from './subject.ts';
import { TimedLimiter } from './timed-limiter.ts';

export interface RunOptions {
  readonly seed: number;
  /** Clients declare size, memory and class. */
  readonly hints: boolean;
  /** The best fixed limit's, in on-time jobs per ms. */
  readonly rate: number;
  /** To be drawn. */
  readonly curve: boolean;
}

export interface Run {
  readonly facts: RunFacts;
  readonly trace: Trace;
  /** q_0.9 of service times, ms; absent: no job ended. */
  readonly tail?: number | undefined;
  readonly curve?: Curve;
}

export function runOnce(scenario: Scenario, subject: Subject, options: RunOptions): Run {
  const { seed, hints, rate, curve } = options;
  // The law's own chance must not disturb the jobs.
  const random = new Random(seed ^ 0x5bd1e995);
  const guard = subject.guard ? defaultGuard : undefined;
  const limiter = new TimedLimiter(subject.create(random));
  const loop = new ClosedLoop({ scenario, seed, hints, guard }, () => limiter);
  const { duration, phases } = scenario;
  loop.runUntil(duration);
  return {
    facts: factsOf(loop.tally, duration, phases),
    trace: traceOf(loop.tally.onTimeAt, duration, rate),
    tail: limiter.tail,
    ...(curve && { curve: curveOf(subject.name, loop.tally, { duration }) }),
  };
}
