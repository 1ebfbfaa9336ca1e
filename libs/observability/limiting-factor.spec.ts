import { expect, it } from 'vitest';
import { reasons } from '#libs/core';
import { healthyRecord } from '../../test/fixtures/observability/healthy-record.ts';
import { factors } from './label-sets.ts';
import { limitingFactor } from './limiting-factor.ts';

const bounded = { min: 1, max: 8, in: 9, out: 8, bit: 'max' } as const;

it.each([
  ['not-limited', 'demand'],
  ['latency-high', 'latency'],
  ['deadline-misses', 'latency'],
  ['signal-high', 'device'],
  ['plateau', 'throughput'],
  ['overloaded', 'upstream'],
  ['steady', 'strategy'],
  ['slow-start', 'strategy'],
] as const)('%s is held by %s, and by the bound when one bit', (reason, factor) => {
  expect(limitingFactor(healthyRecord({ reason }))).toBe(factor);
  expect(limitingFactor(healthyRecord({ reason, bounds: bounded }))).toBe('bound');
});

it('a bound from below keeps no limit from being higher', () => {
  for (const bit of ['min', 'step-down'] as const) {
    const bounds = { min: 4, max: 8, in: 3, out: 4, bit };
    expect(limitingFactor(healthyRecord({ reason: 'deadline-misses', bounds }))).toBe('latency');
  }
});

it.each([
  ['override', 'operator'],
  ['frozen', 'operator'],
  ['draining', 'operator'],
  ['signal-stale', 'telemetry'],
  ['signal-missing', 'telemetry'],
  ['blind', 'telemetry'],
  ['oom-cut', 'guard'],
] as const)('%s is held by %s, whatever bound bit', (reason, factor) => {
  expect(limitingFactor(healthyRecord({ reason, bounds: bounded }))).toBe(factor);
});

it('jobs that the memory guard refused are held by it, unless a person or telemetry holds the limit', () => {
  const guard = { state: 'on', model: 'fatal', refused: 1, devices: [] } as const;
  expect(limitingFactor(healthyRecord({ reason: 'not-limited', bounds: bounded, guard }))).toBe('guard');
  expect(limitingFactor(healthyRecord({ reason: 'override', guard }))).toBe('operator');
  expect(limitingFactor(healthyRecord({ reason: 'blind', guard }))).toBe('telemetry');
  expect(limitingFactor(healthyRecord({ reason: 'not-limited', guard: { ...guard, refused: 0 } }))).toBe('demand');
});

it('a worker without samples is held by demand where nothing ran and nothing waits, and else by its strategy', () => {
  const idle = { inFlight: { mean: 0, max: 0, last: 0 }, queue: { waiting: 0, oldest: 0 } };
  const factorOf = (seen: object): string =>
    limitingFactor(
      healthyRecord({ reason: 'no-samples', observation: { ...healthyRecord().observation, ...idle, ...seen } }),
    );
  expect(factorOf({})).toBe('demand');
  expect(factorOf({ inFlight: { mean: 0.5, max: 1, last: 0 } })).toBe('strategy');
  expect(factorOf({ queue: { waiting: 3, oldest: 10 } })).toBe('strategy');
  expect(factorOf({ queue: undefined })).toBe('strategy');
});

it('every reason has a factor of the closed set', () => {
  for (const reason of reasons) expect(factors).toContain(limitingFactor(healthyRecord({ reason })));
});
