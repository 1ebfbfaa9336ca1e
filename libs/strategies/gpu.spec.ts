import type { Reading } from '#libs/core';
import { anObservation } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { heardBy, missingReason, noGpuSeen, observeGpu, type GpuView } from './gpu.ts';

describe('device readings', () => {
  it('are the mean utilisation and the fullest memory', () => {
    const { view } = observeGpu(
      noGpuSeen,
      anObservation({ readings: [...device('a', 0.2, 0.9), ...device('b', 0.6, 0.5)] }),
    );
    expect(view).toMatchObject({ utilization: { value: 0.4, fresh: true }, memory: { value: 0.9, fresh: true } });
  });

  it('are absent, never 0, where there is no device', () => {
    expect(observeGpu(noGpuSeen, anObservation()).view).toEqual({});
  });

  it('count once: one that only grew older by a period is the same', () => {
    const ages = [0, 1000, 2000, 0];
    expect(views(ages.map((age) => device('a', 0.5, 0.5, age))).map(({ memory }) => memory?.fresh)).toEqual([
      true,
      false,
      false,
      true,
    ]);
  });

  it('are stale after three of their own intervals', () => {
    const gone: readonly Reading[] = [];
    const seen = views([device('a', 0.5, 0.5), device('a', 0.5, 0.5), gone, gone, gone, gone]);
    expect(seen.map(({ memory }) => memory?.stale)).toEqual([false, false, false, false, false, true]);
    expect(missingReason(heardBy('gpu', seen.at(-1)!))).toBe('signal-stale');
  });

  it('smooth utilisation over three seconds, and memory not at all', () => {
    const [, second] = views([device('a', 0, 0.1), device('a', 1, 0.9)]);
    expect(second?.utilization?.value).toBeCloseTo(1 - Math.exp(-1 / 3), 5);
    expect(second?.memory?.value).toBe(0.9);
  });

  it('are heard as the signal asks', () => {
    const [view] = views([device('a', 0.5, 0.6)]);
    expect(heardBy('gpu', view!).map(({ name }) => name)).toEqual(['utilization', 'memory']);
    expect(heardBy('gpu-memory', view!).map(({ name }) => name)).toEqual(['memory']);
    expect(heardBy('slack', view!)).toEqual([]);
    expect(missingReason([])).toBe('signal-missing');
  });
});

function device(gpu: string, utilization: number, memory: number, age = 0): readonly Reading[] {
  const reading = { gpu, source: 'spec', age };
  return [
    { ...reading, name: 'gpu.utilization', value: utilization, unit: 'ratio' },
    { ...reading, name: 'gpu.memory.used', value: 1000 * memory, unit: 'bytes' },
    { ...reading, name: 'gpu.memory.total', value: 1000, unit: 'bytes' },
  ];
}

function views(periods: readonly (readonly Reading[])[]): readonly GpuView[] {
  let seen = noGpuSeen;
  return periods.map((readings, seq) => {
    const step = observeGpu(seen, anObservation({ seq, readings }));
    seen = step.seen;
    return step.view;
  });
}
