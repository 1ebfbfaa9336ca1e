import {
  drainController,
  startController,
  stepController,
  type AnyStrategy,
  type ControllerSetup,
  type Decision,
  type DecisionRecord,
} from '#libs/core';
import { z } from 'zod';
import { healthyRecord } from '../fixtures/observability/healthy-record.ts';

/** The record of a period in which a law says this: what the controller makes of it, at a limit of 4 of 1 to 64. */
export function told(decision: Decision, seen: Partial<DecisionRecord['observation']> = {}): DecisionRecord {
  const { seq, t, period, ...record } = healthyRecord({ strategy: 'law' });
  const observation = { ...record.observation, ...healthy, ...seen };
  const setup: ControllerSetup = {
    strategy: lawThatSays(decision),
    config: {},
    bounds: { min: 1, max: 64 },
    initial: observation.limit,
    dryRun: false,
  };
  const { verdict } = stepController(setup, startController(setup), { seq, t, period, ...observation });
  return { ...record, seq, t, period, ...verdict, observation };
}

/** The record of a worker that was told to stop in this period. */
export function drained(record: DecisionRecord | undefined): DecisionRecord {
  if (record === undefined) throw new RangeError('there is no record to drain from');
  const { bounds, limit, t } = record;
  const setup: ControllerSetup = {
    strategy: lawThatSays(record.decision),
    config: {},
    bounds,
    initial: limit.after,
    dryRun: false,
  };
  const state = { ...startController(setup), limit: limit.after, was: limit.was, changedAt: t - limit.since };
  const { members: _members, binding: _binding, ...rest } = record;
  return { ...rest, ...drainController(setup, state, record).verdict };
}

const healthy = {
  queue: { waiting: 31, oldest: 4200 },
  readings: [
    { name: 'gpu.memory.used', gpu: 'GPU-a', value: 72.8e9, unit: 'bytes', source: 'nvml', age: 400 },
    { name: 'gpu.memory.total', gpu: 'GPU-a', value: 80e9, unit: 'bytes', source: 'nvml', age: 400 },
  ],
} as const satisfies Partial<DecisionRecord['observation']>;

function lawThatSays(decision: Decision): AnyStrategy {
  return {
    name: 'law',
    summary: 'Says what a test tells it.',
    config: z.object({}),
    initialState: () => 0,
    step: () => ({ state: 0, decision }),
  };
}
