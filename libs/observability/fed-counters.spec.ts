import { expect, it } from 'vitest';
import type { SourceKind } from '#libs/core';
import { deviceSample } from '../../test/fixtures/observability/device-sample.ts';
import { FedCounters } from './fed-counters.ts';

it.each<[string, readonly (readonly [SourceKind, number])[], number]>([
  ['begins where the device stands', [['nvml', 1000]], 1000],
  [
    'advances by the difference',
    [
      ['nvml', 1000],
      ['nvml', 1040],
    ],
    1040,
  ],
  [
    'stays where nothing was counted',
    [
      ['nvml', 0],
      ['nvml', 0],
    ],
    0,
  ],
  [
    'adds all of a number that went back',
    [
      ['nvml', 1000],
      ['nvml', 30],
      ['nvml', 50],
    ],
    1050,
  ],
  [
    'takes another source as another beginning',
    [
      ['nvml', 1000],
      ['dcgm', 900],
      ['dcgm', 910],
    ],
    1010,
  ],
  [
    'takes a source that comes back as another beginning',
    [
      ['nvml', 5],
      ['dcgm', 3],
      ['nvml', 9],
      ['nvml', 10],
    ],
    6,
  ],
])('%s', (_, told, total) => {
  const counters = new FedCounters();
  for (const [source, value] of told) counters.follow(source, deviceSample({ 'gpu.energy': value }));
  expect(counters.total(deviceSample(), { name: 'gpu.energy', gpu: 'GPU-a', value: 0 })).toBe(total);
});

it('keeps devices and servers apart', () => {
  const counters = new FedCounters();
  counters.follow('nvml', deviceSample({ 'gpu.energy': 1 }, 'GPU-a'));
  counters.follow('nvml', deviceSample({ 'gpu.energy': 2 }, 'GPU-b'));
  counters.follow('model-server', {
    readings: [{ name: 'backend.preemptions', value: 3 }],
    missing: [],
    backend: 'vllm',
  });
  const total = (name: 'gpu.energy' | 'backend.preemptions', gpu?: string): number | undefined =>
    counters.total(
      { readings: [], missing: [], backend: 'vllm' },
      { name, value: 0, ...(gpu !== undefined && { gpu }) },
    );
  expect([total('gpu.energy', 'GPU-a'), total('gpu.energy', 'GPU-b'), total('backend.preemptions')]).toEqual([1, 2, 3]);
  expect(total('gpu.energy', 'GPU-c')).toBeUndefined();
});
