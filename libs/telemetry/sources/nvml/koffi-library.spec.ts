import { copyFile, rename } from 'node:fs/promises';
import type { Sample } from '#libs/core';
import { afterAll, afterEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { buildNvmlStub, type NvmlStub, type NvmlStubFlag } from '../../../../test/fixtures/nvml/build-stub.ts';
import { CollectionError } from '../collection-error.ts';
import { openNvml } from './koffi-library.ts';
import { NvmlSource } from './nvml-source.ts';

const { signal } = new AbortController();
const stub = await buildNvmlStub();
const noCompiler = stub === undefined;

afterAll(async () => stub?.close());
afterEach(() => vi.unstubAllEnvs());

async function built(...flags: readonly NvmlStubFlag[]): Promise<NvmlStub> {
  const other = flags.length === 0 ? stub : await buildNvmlStub(flags);
  if (other === undefined) throw new Error('there is no C compiler');
  if (flags.length > 0) onTestFinished(() => other.close());
  return other;
}

/** A source over the stub, with `NVML_STUB_…` set. */
async function sourceOver(settings: Readonly<Record<string, number>>, ...flags: readonly NvmlStubFlag[]) {
  for (const [name, value] of Object.entries(settings)) vi.stubEnv(`NVML_STUB_${name}`, String(value));
  const { library } = await built(...flags);
  const source = new NvmlSource(() => openNvml(library));
  onTestFinished(() => source.close());
  return source;
}

async function readOnce(settings: Readonly<Record<string, number>> = {}, ...flags: readonly NvmlStubFlag[]) {
  return (await sourceOver(settings, ...flags)).read(signal);
}

function valuesOf({ readings }: Sample): Readonly<Record<string, number>> {
  return Object.fromEntries(
    readings.map(({ name, instance, value }) => [instance === undefined ? name : `${name}/${instance}`, value]),
  );
}

function missingOf({ missing }: Sample): Readonly<Record<string, string>> {
  return Object.fromEntries(missing.map(({ name, why }) => [name, why]));
}

async function failureOf(read: Promise<unknown>): Promise<unknown> {
  const error: unknown = await read.catch((reason: unknown) => reason);
  return error instanceof CollectionError ? error.failure : error;
}

const gib = 2 ** 30;

describe.skipIf(noCompiler)('a real library (needs a C compiler)', () => {
  it('is read through structures, out pointers and 64-bit numbers', async () => {
    const sample = await readOnce();
    expect(valuesOf(sample)).toEqual({
      'gpu.utilization': 0.37,
      'gpu.memory.bandwidth': 0.12,
      'gpu.memory.used': gib,
      'gpu.memory.total': 80 * gib,
      'gpu.memory.reserved': gib / 2,
      'gpu.power': 263.5,
      'gpu.power.limit': 700,
      'gpu.energy': 6_000_000_000.123,
      'gpu.temperature.core': 41,
      'gpu.temperature.memory': 52,
      'gpu.clock.sm': 1.41e9,
      'gpu.clock.memory': 2.619e9,
      'gpu.clock.limit.reasons': 0x44,
      'gpu.ecc.corrected': 5_000_000_000,
      'gpu.ecc.uncorrected': 2,
    });
    expect(sample.devices).toEqual([
      {
        gpu: 'GPU-5afe0000-0000-4000-8000-000000000000',
        index: 0,
        model: 'NVIDIA Stub-80GB',
        driver: '580.65.06',
        pciBusId: '00000000:40:00.0',
        mig: 'off',
      },
    ]);
  });

  it('loses only the readings of the symbols that it does not export', async () => {
    const sample = await readOnce({}, 'OLD_MEMORY', 'OLD_REASONS', 'NO_FIELDS', 'NO_MIG', 'NO_GPM');
    expect(missingOf(sample)).toEqual({
      'gpu.memory.reserved': 'not-supported',
      'gpu.temperature.memory': 'not-supported',
      'gpu.engine.graphics': 'not-supported',
      'gpu.engine.sm': 'not-supported',
      'gpu.engine.tensor': 'not-supported',
      'gpu.engine.dram': 'not-supported',
    });
    expect(valuesOf(sample)).toMatchObject({
      'gpu.memory.used': 1.5 * gib,
      'gpu.power': 251,
      'gpu.clock.limit.reasons': 0x4,
    });
    expect(sample.devices?.[0]).not.toHaveProperty('mig');
  });

  it('knows used memory from reserved whichever way the library counts', async () => {
    expect(valuesOf(await readOnce({ contained: 1 }))).toMatchObject({ 'gpu.memory.used': gib });
  });

  it('reads the code of a field, not only that of the call', async () => {
    expect(missingOf(await readOnce({ field_code: 4 }))).toMatchObject({
      'gpu.power': 'no-permission',
      'gpu.temperature.memory': 'no-permission',
    });
  });

  it('tells MIG devices, memory per GPU instance, and engine activity per GPU instance', async () => {
    const source = await sourceOver({ mig: 1, gpm: 1 });
    await source.read(signal);
    const sample = await source.read(signal);
    expect(sample.devices?.[0]).toMatchObject({
      mig: 'on',
      instances: [
        { instance: '1', computeInstance: '0', uuid: expect.stringMatching(/^MIG-/), profile: '1g.10gb' },
        { instance: '1', computeInstance: '1' },
        { instance: '5', computeInstance: '0' },
      ],
    });
    expect(valuesOf(sample)).toMatchObject({
      'gpu.mig.memory.used/1': gib / 4,
      'gpu.mig.memory.used/5': (5 * gib) / 4,
      'gpu.mig.memory.total/5': 10 * gib,
      'gpu.engine.dram/5': 0.505,
    });
    expect(missingOf(sample)).toMatchObject({ 'gpu.utilization': 'mig' });
  });

  it('tells engine activity from the second read on', async () => {
    const source = await sourceOver({ gpm: 1, tensor_code: 3 });
    expect(missingOf(await source.read(signal))).toMatchObject({ 'gpu.engine.sm': 'warming-up' });
    const sample = await source.read(signal);
    expect(valuesOf(sample)).toMatchObject({
      'gpu.engine.graphics': 0.055,
      'gpu.engine.sm': 0.105,
      'gpu.engine.dram': 0.505,
    });
    expect(missingOf(sample)).toEqual({ 'gpu.engine.tensor': 'not-supported' });
  });

  it('tells an XID error once', async () => {
    const source = await sourceOver({});
    expect(valuesOf(await source.read(signal))).not.toHaveProperty('gpu.xid');
    vi.stubEnv('NVML_STUB_xid', '79');
    expect(valuesOf(await source.read(signal))).toMatchObject({ 'gpu.xid': 79 });
    expect(valuesOf(await source.read(signal))).not.toHaveProperty('gpu.xid');
  });

  it('tells the lost device from the one that is not', async () => {
    const source = await sourceOver({ devices: 2 });
    await source.read(signal);
    vi.stubEnv('NVML_STUB_lost', '1');
    const { devices = [], readings } = await source.read(signal);
    expect(devices.map(({ index, lost = false }) => ({ index, lost }))).toEqual([
      { index: 0, lost: false },
      { index: 1, lost: true },
    ]);
    expect(new Set(readings.map(({ gpu }) => gpu))).toEqual(new Set([devices[0]?.gpu]));
  });

  it.each([9, 18, 999])('passes on why it does not start: %i', async (code) => {
    const source = await sourceOver({ init: code });
    expect(await failureOf(source.read(signal))).toMatchObject({
      result: 'error',
      message: expect.stringContaining(`NVML code ${code}`),
    });
    vi.stubEnv('NVML_STUB_init', '0');
    expect((await source.read(signal)).devices).toHaveLength(1);
  });

  it('is loaded again after the driver was updated below it', async () => {
    const { library } = await built('NO_FIELDS');
    const source = new NvmlSource(() => openNvml(library));
    onTestFinished(() => source.close());
    expect(valuesOf(await source.read(signal))).toMatchObject({ 'gpu.power': 251 });
    await copyFile((await built()).library, `${library}.new`);
    await rename(`${library}.new`, library);
    vi.stubEnv('NVML_STUB_nvmlDeviceGetPowerUsage', '18');
    expect(await failureOf(source.read(signal))).toMatchObject({ message: expect.stringContaining('18') });
    expect(valuesOf(await source.read(signal))).toMatchObject({ 'gpu.power': 263.5 });
  });

  it('is absent when it is not NVML', async () => {
    const { library } = await built('NO_INIT');
    expect(await failureOf(openNvml(library))).toMatchObject({ result: 'spawn', absent: true });
  });
});

describe('no library', () => {
  it('is absent, and says how to get it', async () => {
    expect(await failureOf(openNvml('libnvidia-ml-of-nobody.so.1'))).toEqual({
      result: 'spawn',
      message: expect.stringContaining(
        'libnvidia-ml-of-nobody.so.1, the library of the NVIDIA driver, cannot be loaded: ',
      ),
      next: expect.stringContaining('NVIDIA_DRIVER_CAPABILITIES=utility'),
      absent: true,
    });
  });
});
