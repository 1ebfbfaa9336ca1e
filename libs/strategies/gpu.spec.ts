import type { MissingReading, Reading, WhyMissing } from '#libs/core';
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

  it('are the same when the time of taking only wavers by rounding, and again new however fast the source', () => {
    const ages = [0, 999.6, 0, 950];
    expect(views(ages.map((age) => device('a', 0.5, 0.5, age))).map(({ memory }) => memory?.fresh)).toEqual([
      true,
      false,
      true,
      true,
    ]);
  });

  it('are stale when they were there and are not', () => {
    const seen = views([device('a', 0.5, 0.5), [], device('a', 0.5, 0.7)]);
    expect(seen.map(({ memory }) => memory)).toMatchObject([
      { value: 0.5, stale: false },
      { value: 0.5, stale: true, fresh: false },
      { value: 0.7, stale: false, fresh: true, elapsed: 2000 },
    ]);
    expect(seen.map((view) => missingReason(heardBy('gpu', view)))).toEqual([undefined, 'signal-stale', undefined]);
  });

  it.each(['lost', 'stale', 'rejected', 'failed', 'warming-up'] as const)(
    'are not known while one of two devices is %s: a mean of the others is about something else',
    (why) => {
      const [, second] = views(
        [[...device('a', 0.2, 0.3), ...device('b', 0.8, 0.9)], device('a', 0.2, 0.3)],
        [[], missingOf('b', why)],
      );
      expect(second).toMatchObject({ utilization: { value: 0.5, stale: true }, memory: { value: 0.9, stale: true } });
    },
  );

  it.each(['mig', 'not-supported', 'no-permission', 'deprecated', 'not-exported', 'shared'] as const)(
    'are those of the others where a device never tells (%s)',
    (why) => {
      const [view] = views([device('a', 0.2, 0.3)], [missingOf('b', why)]);
      expect(view).toMatchObject({ utilization: { value: 0.2, stale: false }, memory: { value: 0.3, stale: false } });
    },
  );

  it('are the memory of the fullest GPU instance on a device cut up by MIG, and no utilisation', () => {
    const readings = [...instance('a', '1', 0.4), ...instance('a', '2', 0.7), ...instance('b', '1', 0.5)];
    const [view] = views([readings], [missingOf('a', 'mig')]);
    expect(view).toMatchObject({ memory: { value: 0.7 } });
    expect(view?.utilization).toBeUndefined();
    expect(missingReason(heardBy('gpu-utilization', view!))).toBe('signal-missing');
    expect(missingReason(heardBy('gpu', view!))).toBeUndefined();
  });

  it.each(['mig', 'not-supported'] as const)('go on with memory alone once utilisation is %s', (why) => {
    const memory = device('a', 0.5, 0.6).filter(({ name }) => name !== 'gpu.utilization');
    const [, never] = views([device('a', 0.5, 0.6), memory], [[], [{ name: 'gpu.utilization', gpu: 'a', why }]]);
    expect(heardBy('gpu', never!)).toMatchObject([{ name: 'memory', stale: false }]);
    const [, gone] = views(
      [device('a', 0.5, 0.6), memory],
      [[], [{ name: 'gpu.utilization', gpu: 'a', why: 'stale' }]],
    );
    expect(missingReason(heardBy('gpu', gone!))).toBe('signal-stale');
  });

  it('are as old as the oldest of them', () => {
    const seen = views([
      [...device('a', 0.5, 0.5), ...device('b', 0.5, 0.5)],
      [...device('a', 0.5, 0.5), ...device('b', 0.5, 0.5, 1000)],
      [...device('a', 0.5, 0.5), ...device('b', 0.5, 0.5)],
    ]);
    expect(seen.map(({ utilization }) => utilization?.fresh)).toEqual([true, false, true]);
  });

  it('go on from what an older log remembers of them', () => {
    const older = { takenAt: 0, interval: 1000, value: 0.5 };
    const readings = device('a', 0.5, 0.6);
    const { view } = observeGpu({ utilization: older, memory: older }, anObservation({ readings }));
    expect(view).toMatchObject({ memory: { value: 0.6, fresh: true } });
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

function instance(gpu: string, id: string, memory: number): readonly Reading[] {
  const reading = { gpu, instance: id, source: 'spec', age: 0 };
  return [
    { ...reading, name: 'gpu.mig.memory.used', value: 1000 * memory, unit: 'bytes' },
    { ...reading, name: 'gpu.mig.memory.total', value: 1000, unit: 'bytes' },
  ];
}

function missingOf(gpu: string, why: WhyMissing): readonly MissingReading[] {
  return ['gpu.utilization', 'gpu.memory.used', 'gpu.memory.total'].map((name) => ({ name, gpu, why }));
}

function views(
  periods: readonly (readonly Reading[])[],
  missing: readonly (readonly MissingReading[])[] = [],
): readonly GpuView[] {
  let seen = noGpuSeen;
  return periods.map((readings, seq) => {
    const step = observeGpu(seen, anObservation({ seq, readings, missing: missing[seq] ?? [] }));
    seen = step.seen;
    return step.view;
  });
}
