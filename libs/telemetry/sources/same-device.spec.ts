import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sixDigits, type Sample, type TelemetrySource } from '#libs/core';
import { startFakeMetrics } from '../../../test/doubles/fake-metrics.ts';
import { dcgmPage } from '../../../test/doubles/fake-metrics/dcgm-page.ts';
import { makeFakeNvidiaSmi, type FakeNvidiaSmiOptions } from '../../../test/doubles/fake-nvidia-smi.ts';
import { fails, migDouble, nvmlDouble, ok } from '../../../test/doubles/nvml-double.ts';
import { oneDevice } from '../../../test/fixtures/metrics/one-device.ts';
import { controlView } from '../control-view.ts';
import { ownDevices } from '../own-devices.ts';
import { DcgmSource } from './dcgm/dcgm-source.ts';
import { NvidiaSmiSource } from './nvidia-smi/nvidia-smi-source.ts';
import type { NvmlLibrary } from './nvml/nvml-library.ts';
import { NvmlSource } from './nvml/nvml-source.ts';

const { gpu } = oneDevice;
const mebibyte = 2 ** 20;
const notSupported = fails(3);

const byPage = (): Promise<Sample> =>
  readDcgm(readFileSync(new URL('../../../test/fixtures/metrics/one-device.prom', import.meta.url), 'utf8'));

const byDocument = (): Promise<Sample> =>
  readNvidiaSmi({
    document: 'v12-570',
    set: {
      uuid: gpu,
      'utilization.gpu_util': '45 %',
      'utilization.memory_util': '[N/A]',
      'fb_memory_usage.used': '20480 MiB',
      'fb_memory_usage.total': '24576 MiB',
      'fb_memory_usage.reserved': '512 MiB',
      'fb_memory_usage.free': '3584 MiB',
      'gpu_power_readings.instant_power_draw': '210.50 W',
      'temperature.gpu_temp': '64 C',
      'temperature.memory_temp': 'N/A',
      'clocks.sm_clock': '1410 MHz',
      'clocks.mem_clock': '7001 MHz',
    },
  });

const byLibrary = (changes: Partial<NvmlLibrary> = {}): Promise<Sample> =>
  readNvml(
    nvmlDouble({
      uuid: () => ok(gpu),
      utilization: () => ok({ gpu: 45, memory: 30 }),
      memoryV2: () => ok(bytes({ total: 24_576, used: 20_480, free: 3584, reserved: 512 })),
      memory: () => ok(bytes({ total: 24_576, used: 20_992, free: 3584 })),
      field: (_, field) => (field === 'powerInstant' ? ok(210_500) : ok(0)),
      totalEnergy: () => notSupported,
      temperature: () => ok(64),
      clock: (_, clock) => ok(clock === 'sm' ? 1410 : 7001),
      ...changes,
    }),
  );

describe('one device', () => {
  it.each<[string, () => Promise<Sample>]>([
    ['dcgm', byPage],
    ['nvidia-smi', byDocument],
    ['nvml', byLibrary],
    [
      'nvml, whose second memory call counts reserved as used',
      () => byLibrary({ memoryV2: () => ok(bytes({ total: 24_576, used: 20_992, free: 3584, reserved: 512 })) }),
    ],
  ])('has the same readings by %s', async (_, read) => {
    const sample = await read();
    expect(valuesOf(sample)).toMatchObject(oneDevice.readings);
    expect(valuesOf(sample)).not.toHaveProperty('gpu.energy');
    expect(whysOf(sample)).toMatchObject({ 'gpu.temperature.memory': 'not-supported' });
    expect(sample.devices).toMatchObject([{ gpu }]);
  });

  it('is the same to laws, whoever tells of it', async () => {
    const view = [
      ['gpu.memory.total', gpu, undefined, sixDigits(24_576 * mebibyte)],
      ['gpu.memory.used', gpu, undefined, sixDigits(20_480 * mebibyte)],
      ['gpu.utilization', gpu, undefined, 0.45],
    ];
    expect(viewOf('dcgm', await byPage())).toEqual(view);
    expect(viewOf('nvidia-smi', await byDocument())).toEqual(view);
    expect(viewOf('nvml', await byLibrary())).toEqual(view);
  });
});

describe('one device that MIG has cut up', () => {
  const mig = 'MIG-7d1f0000-0000-4000-8000-000000000003';
  const environment = { NVIDIA_VISIBLE_DEVICES: mig };
  const cut: FakeNvidiaSmiOptions = { document: 'mig-1', set: { uuid: gpu } };
  const part = { used: 1840, total: 20_096 };

  it('has the same memory for its instance and the same want of utilization', async () => {
    const free = part.total - part.used;
    const dcgm = await readDcgm(
      dcgmPage([
        {
          uuid: gpu,
          values: { DEV_GPU_UTIL: undefined, DEV_MEM_COPY_UTIL: undefined },
          instances: [
            { id: '3', profile: '3g.20gb', values: { DEV_FB_USED: part.used, DEV_FB_FREE: free, DEV_FB_RESERVED: 0 } },
          ],
        },
      ]),
    );
    const memoryV2 = () => ok(bytes({ ...part, free, reserved: 0 }));
    const uuid: NvmlLibrary['uuid'] = (device) => ok(device >= 200n ? mig : gpu);
    const nvml = await readNvml(migDouble([[3, 0]], { memoryV2, uuid }));
    const nvidiaSmi = await readNvidiaSmi(cut);
    const expected = {
      utilization: 'mig',
      view: [
        ['gpu.mig.memory.total', gpu, '3', sixDigits(part.total * mebibyte)],
        ['gpu.mig.memory.used', gpu, '3', sixDigits(part.used * mebibyte)],
      ],
    };
    const found = [dcgm, nvml, nvidiaSmi].map((sample) => ({
      utilization: whysOf(sample)['gpu.utilization'],
      view: viewOf('nvml', sample, environment),
    }));
    expect(found).toEqual([expected, expected, expected]);
  });
});

function bytes<Key extends string>(mebibytes: Readonly<Record<Key, number>>): Record<Key, number> {
  const entries = Object.entries<number>(mebibytes).map(([name, value]) => [name, value * mebibyte]);
  return Object.fromEntries(entries) as Record<Key, number>;
}

async function readDcgm(page: string): Promise<Sample> {
  const metrics = await startFakeMetrics(page);
  const spec = { kind: 'dcgm', url: metrics.url, own: { uuids: [gpu], indices: [] }, intervalMs: 1000 } as const;
  return readAndClose(new DcgmSource(spec, () => 0), () => metrics.close());
}

async function readNvidiaSmi(options: FakeNvidiaSmiOptions): Promise<Sample> {
  const smi = await makeFakeNvidiaSmi(options);
  const { PATH } = process.env;
  // `node-nvidia-smi` has no other way to be told.
  process.env['PATH'] = `${smi.path}:${PATH ?? ''}`;
  return readAndClose(new NvidiaSmiSource(), async () => {
    process.env['PATH'] = PATH;
    await smi.close();
  });
}

function readNvml(library: NvmlLibrary): Promise<Sample> {
  return readAndClose(new NvmlSource(() => Promise.resolve(library)), () => Promise.resolve());
}

async function readAndClose(source: TelemetrySource, close: () => Promise<void>): Promise<Sample> {
  try {
    return await source.read(new AbortController().signal);
  } finally {
    await source.close();
    await close();
  }
}

function valuesOf({ readings }: Sample): Readonly<Record<string, number>> {
  return Object.fromEntries(readings.map(({ name, value }) => [name, value]));
}

function whysOf({ missing }: Sample): Readonly<Record<string, string>> {
  return Object.fromEntries(missing.map(({ name, why }) => [name, why]));
}

function viewOf(source: 'dcgm' | 'nvidia-smi' | 'nvml', sample: Sample, environment = {}): readonly unknown[] {
  const { readings } = controlView(source, sample, { own: ownDevices(environment), shared: false });
  return readings
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .map(({ name, gpu, instance, value }) => [name, gpu, instance, value]);
}
