import { expect, it } from 'vitest';
import type { Observation, Reading } from '#libs/core';
import { healthyRecord } from '../../test/fixtures/observability/healthy-record.ts';
import { signalPressure } from './signal-pressure.ts';

it('holds nothing that the observation does not hold', () => {
  expect(signalPressure(healthyRecord())).toEqual({});
});

it('takes the fullest device, the mean utilisation and the slack at p90', () => {
  const readings = [
    reading('gpu.utilization', 0.2, 'a'),
    reading('gpu.utilization', 0.6, 'b'),
    reading('gpu.memory.used', 60, 'a'),
    reading('gpu.memory.total', 80, 'a'),
    reading('gpu.memory.used', 70, 'b'),
    reading('gpu.memory.total', 70, 'b'),
    reading('gpu.memory.used', 90, 'unknown size'),
    reading('host.cpu', 0),
    reading('host.memory.used', 3),
    reading('host.memory.limit', 4),
  ];
  expect(signalPressure(withObservation({ readings, slack: { p50: 0.5, p90: 1.2 } }))).toEqual({
    latency: 1.2,
    'gpu-memory': 1,
    'gpu-utilization': 0.4,
    cpu: 0,
    memory: 0.75,
  });
});

it('takes the fullest GPU instance of a device that is cut up, and the cache of the model server', () => {
  const readings = [
    { ...reading('gpu.mig.memory.used', 2, 'a'), instance: '1' },
    { ...reading('gpu.mig.memory.total', 10, 'a'), instance: '1' },
    { ...reading('gpu.mig.memory.used', 9, 'a'), instance: '2' },
    { ...reading('gpu.mig.memory.total', 20, 'a'), instance: '2' },
    reading('gpu.memory.used', 3, 'b'),
    reading('gpu.memory.total', 10, 'b'),
    reading('backend.cache', 0.75),
  ];
  expect(signalPressure(withObservation({ readings }))).toEqual({ 'gpu-memory': 0.45, 'kv-cache': 0.75 });
});

function withObservation(change: Partial<Observation>): ReturnType<typeof healthyRecord> {
  return healthyRecord({ observation: { ...healthyRecord().observation, ...change } });
}

function reading(name: string, value: number, gpu?: string): Reading {
  return { name, value, unit: 'ratio', source: 'simulated', age: 0, ...(gpu !== undefined && { gpu }) };
}
