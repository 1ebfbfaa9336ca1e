import { expect, it } from 'vitest';
import { namedScenarios } from '#libs/simulation';
import type { Oracle } from './oracle.ts';
import type { Run } from './run-once.ts';
import { scoreOf } from './score.ts';

const { S1, S5 } = namedScenarios;

function runOf(facts: Partial<Run['facts']>, settle = 30): Run {
  const none = { late: 0, lost: 0, dropped: 0, outOfMemory: 0, phases: [0], maxGate: 42, churn: 6 };
  return { facts: { onTime: 0, ...none, ...facts }, trace: { settle, regret: 0.1 }, tail: 1500 };
}

const oracle: Oracle = {
  best: { limit: 28, onTime: 9000, failed: 0, outOfMemory: 0, phases: [9000], tail: 1000, runs: [8000, 10_000] },
  phased: 10_000,
  net: { 0: 9000, 1: 9000, 5: 9000 },
};

it('compares jobs on time with the best fixed limit, and each run with its own', () => {
  const { ratio, spread, runs } = scoreOf(S1, [runOf({ onTime: 4000 }), runOf({ onTime: 5000 })], oracle);
  expect(ratio).toBe(0.5);
  expect(runs).toEqual([0.5, 0.5]);
  expect(spread).toBe(0);
});

it('takes the price of failed jobs off, per second, and compares with the best of that price', () => {
  const priced = { ...oracle, net: { 0: 9000, 1: 9000, 5: 4500 } };
  const { net, netRatio } = scoreOf(S1, [runOf({ onTime: 9000, lost: 900 })], priced);
  expect(net).toEqual({ 0: 10, 1: 9, 5: 5 });
  expect(netRatio).toEqual({ 0: 1, 1: 0.9, 5: 1 });
});

it('counts jobs that were late or dropped as missed, and lost ones not', () => {
  const { missShare, oom } = scoreOf(
    S1,
    [runOf({ onTime: 60, late: 20, dropped: 20, lost: 50, outOfMemory: 2 }), runOf({ onTime: 100 })],
    oracle,
  );
  expect(missShare).toBe(0.2);
  expect(oom).toBe(1);
});

it('has never settled where one run has not', () => {
  expect(scoreOf(S1, [runOf({ onTime: 1 }), runOf({ onTime: 1 }, Infinity)], oracle).settleS).toBeNull();
  expect(scoreOf(S1, [runOf({ onTime: 1 }, 20), runOf({ onTime: 1 }, 40)], oracle).settleS).toBe(30);
});

it('compares with the best of each phase only where there are phases', () => {
  expect(scoreOf(S5, [runOf({ onTime: 9500 })], oracle).phaseRatio).toBe(0.95);
  expect(scoreOf(S1, [runOf({ onTime: 9500 })], oracle).phaseRatio).toBeUndefined();
});

it('compares height of the limit and slowest jobs with those of the best fixed limit', () => {
  expect(scoreOf(S1, [runOf({ onTime: 9000 })], oracle)).toMatchObject({ overshoot: 1.5, tail: 1.5, churn: 6 });
});
