import { describe, expect, it } from 'vitest';
import type { Device, Sample, SampledReading } from '#libs/core';
import { controlView } from './control-view.ts';
import { ownDevices } from './own-devices.ts';

const gibibyte = 2 ** 30;

function readingsOf(gpu: string, utilization: number): readonly SampledReading[] {
  return [
    { name: 'gpu.utilization', gpu, value: utilization },
    { name: 'gpu.memory.used', gpu, value: 4 * gibibyte },
    { name: 'gpu.memory.total', gpu, value: 24 * gibibyte },
    { name: 'gpu.power', gpu, value: 200 },
  ];
}

function devicesOf(...gpus: readonly string[]): readonly Device[] {
  return gpus.map((gpu, index) => ({ gpu, index }));
}

function instance(gpu: string, id: string): readonly SampledReading[] {
  return [
    { name: 'gpu.mig.memory.used', gpu, instance: id, value: gibibyte },
    { name: 'gpu.mig.memory.total', gpu, instance: id, value: 5 * gibibyte },
  ];
}

function view(sample: Sample, environment: Readonly<Record<string, string>> = {}, shared = false) {
  return controlView('nvml', sample, { own: ownDevices(environment), shared });
}

function utilizations(sample: Sample, environment: Readonly<Record<string, string>>): readonly (string | undefined)[] {
  return view(sample, environment)
    .readings.filter(({ name }) => name === 'gpu.utilization')
    .map(({ gpu }) => gpu);
}

describe('controlView', () => {
  const two: Sample = {
    devices: devicesOf('GPU-aa', 'GPU-bb'),
    readings: [...readingsOf('GPU-aa', 0.9), ...readingsOf('GPU-bb', 0.1)],
    missing: [],
  };

  it('carries what laws listen to, with unit and source, and leaves out what is only shown', () => {
    const { readings } = view(two);
    expect(readings).toHaveLength(6);
    expect(readings[0]).toEqual({ name: 'gpu.utilization', gpu: 'GPU-aa', value: 0.9, unit: 'ratio', source: 'nvml' });
  });

  it.each([
    [{}, ['GPU-aa', 'GPU-bb']],
    [{ CUDA_VISIBLE_DEVICES: '1' }, ['GPU-bb']],
    [{ CUDA_VISIBLE_DEVICES: 'GPU-a' }, ['GPU-aa']],
    [{ NVIDIA_VISIBLE_DEVICES: 'GPU-bb' }, ['GPU-bb']],
    // The host's number: here it may be any device's.
    [{ NVIDIA_VISIBLE_DEVICES: '1' }, ['GPU-aa', 'GPU-bb']],
    [{ NVIDIA_VISIBLE_DEVICES: 'all' }, ['GPU-aa', 'GPU-bb']],
    // CUDA sees the devices of the container, and of those only what it is told to.
    [{ NVIDIA_VISIBLE_DEVICES: 'GPU-aa,GPU-bb', CUDA_VISIBLE_DEVICES: '1' }, ['GPU-bb']],
    [{ NVIDIA_VISIBLE_DEVICES: 'GPU-aa,GPU-bb', CUDA_VISIBLE_DEVICES: 'GPU-bb' }, ['GPU-bb']],
    [{ NVIDIA_VISIBLE_DEVICES: ' GPU-bb, ,', CUDA_VISIBLE_DEVICES: '' }, ['GPU-bb']],
    [{ NVIDIA_VISIBLE_DEVICES: 'void', CUDA_VISIBLE_DEVICES: '-1' }, ['GPU-aa', 'GPU-bb']],
    // Names of devices that are not seen say nothing about those that are.
    [{ CUDA_VISIBLE_DEVICES: '7' }, ['GPU-aa', 'GPU-bb']],
  ])('takes our own devices by %o', (environment, gpus) => {
    expect(utilizations(two, environment)).toEqual(gpus);
  });

  it('goes by UUID where a source does not count devices as the driver does', () => {
    const uncounted = { ...two, devices: [{ gpu: 'GPU-aa' }, { gpu: 'GPU-bb' }] };
    const environment = { NVIDIA_VISIBLE_DEVICES: 'GPU-aa', CUDA_VISIBLE_DEVICES: '0' };
    expect(utilizations(uncounted, environment)).toEqual(['GPU-aa']);
  });

  const cut: Sample = {
    devices: [
      {
        gpu: 'GPU-aa',
        index: 0,
        mig: 'on',
        instances: [
          { instance: '1', uuid: 'MIG-11' },
          { instance: '2', uuid: 'MIG-22' },
        ],
      },
    ],
    readings: [...readingsOf('GPU-aa', 0.5).slice(1), ...instance('GPU-aa', '1'), ...instance('GPU-aa', '2')],
    missing: [{ name: 'gpu.utilization', gpu: 'GPU-aa', why: 'mig' }],
  };

  it('takes the memory of our own GPU instance, not of the whole device', () => {
    const { readings, missing } = view(cut, { NVIDIA_VISIBLE_DEVICES: 'MIG-22' });
    expect(readings.map((each) => [each.name, each.instance])).toEqual([
      ['gpu.mig.memory.used', '2'],
      ['gpu.mig.memory.total', '2'],
    ]);
    expect(missing).toEqual([{ name: 'gpu.utilization', gpu: 'GPU-aa', why: 'mig' }]);
  });

  it('takes the GPU instance that CUDA is told of several that the container has', () => {
    const environment = { NVIDIA_VISIBLE_DEVICES: 'MIG-11,MIG-22', CUDA_VISIBLE_DEVICES: 'MIG-22' };
    expect(new Set(view(cut, environment).readings.map((each) => each.instance))).toEqual(new Set(['2']));
  });

  it('takes the only instance seen, also when two compute instances share it', () => {
    const device: Device = {
      gpu: 'GPU-aa',
      mig: 'on',
      instances: [
        { instance: '3', computeInstance: '0' },
        { instance: '3', computeInstance: '1' },
      ],
    };
    const sample: Sample = { devices: [device], readings: instance('GPU-aa', '3'), missing: [] };
    expect(view(sample).readings).toHaveLength(2);
  });

  it('takes nothing of the instances of others, whatever is told of them', () => {
    const { devices = [], readings } = cut;
    const others: SampledReading = { name: 'gpu.utilization', gpu: 'GPU-aa', instance: '1', value: 0.9 };
    const told = view({ devices, readings: [...readings, others], missing: [] }, { NVIDIA_VISIBLE_DEVICES: 'MIG-22' });
    expect(told.readings.map((each) => each.instance)).toEqual(['2', '2']);
  });

  it('does not guess which of several instances is ours', () => {
    const { readings, missing } = view(cut);
    expect(readings).toEqual([]);
    expect(missing).toContainEqual({ name: 'gpu.mig.memory.used', gpu: 'GPU-aa', why: 'mig' });
  });

  it('gives no law the numbers of a device that others use too', () => {
    const { readings, missing } = view(two, {}, true);
    expect(readings).toEqual([]);
    expect(missing).toContainEqual({ name: 'gpu.memory.used', gpu: 'GPU-aa', why: 'shared' });
    expect(missing).toHaveLength(6);
  });

  it('keeps the readings of a model server, which have no device', () => {
    const sample: Sample = { readings: [{ name: 'backend.cache', value: 0.4 }], missing: [] };
    const { readings } = controlView('model-server', sample, { own: ownDevices({}), shared: true });
    expect(readings).toEqual([{ name: 'backend.cache', value: 0.4, unit: 'ratio', source: 'model-server' }]);
  });
});
