import { describe, expect, it } from 'vitest';
import { nvidiaSmiFixture } from '../../../../test/doubles/fake-nvidia-smi.ts';
import { withGpus } from '../../../../test/doubles/fake-nvidia-smi/devices.ts';
import { withTexts, type ElementTexts } from '../../../../test/doubles/fake-nvidia-smi/edit-document.ts';
import { devicesOf, type FoundDevice } from './devices.ts';
import { parseXml, smiLog } from './document.ts';

const mebibyte = 2 ** 20;
const rows = ['v11-515', 'v12-525', 'v12-535', 'v12-570', 'v12-580-blackwell', 'v13-595'];

describe('each row of what drivers print', () => {
  it.each(rows)('%s yields the same readings', async (row) => {
    const device = await onlyDevice(row);
    expect(valuesOf(device)).toMatchObject({
      'gpu.utilization': 0.45,
      'gpu.memory.bandwidth': 0.3,
      'gpu.memory.used': 12_288 * mebibyte,
      'gpu.memory.total': 16_384 * mebibyte,
      'gpu.memory.reserved': 240 * mebibyte,
      'gpu.power': 210.5,
      'gpu.power.limit': 250,
      'gpu.temperature.core': 58,
      'gpu.temperature.memory': 56,
      'gpu.clock.sm': 1.38e9,
      'gpu.clock.memory': 8.77e8,
      'gpu.clock.limit.reasons': 0x4 + 0x20,
      'gpu.ecc.corrected': 3,
      'gpu.ecc.uncorrected': 1,
    });
  });

  it.each(rows)('%s says who the device is', async (row) => {
    const { device } = await onlyDevice(row);
    const [, version = ''] = /-(\d+)/.exec(row) ?? [];
    expect(device).toMatchObject({ gpu: `GPU-1a000000-0${version}-4a00-8000-000000000001`, index: 0 });
    expect(device.driver).toMatch(new RegExp(`^${version}\\.`));
    expect(device.model).toMatch(/^(NVIDIA|Tesla) /);
    expect(device.pciBusId).toMatch(/^00000000:2\d:00\.0$/);
    expect(device).not.toHaveProperty('lost');
  });

  it('tells times of clock limits in seconds where there are counters, and that there are none elsewhere', async () => {
    expect(valuesOf(await onlyDevice('v13-595'))).toMatchObject({
      'gpu.clock.limit.time.sw-power-cap': 91.403239,
      'gpu.clock.limit.time.sync-boost': 0,
      'gpu.clock.limit.time.sw-thermal-slowdown': 2.5,
      'gpu.clock.limit.time.hw-thermal-slowdown': 0,
      'gpu.clock.limit.time.hw-power-brake': 0,
    });
    expect(whysOf(await onlyDevice('v12-535'))).toEqual({
      'gpu.clock.limit.time.sw-power-cap': 'not-exported',
      'gpu.clock.limit.time.sync-boost': 'not-exported',
      'gpu.clock.limit.time.sw-thermal-slowdown': 'not-exported',
      'gpu.clock.limit.time.hw-thermal-slowdown': 'not-exported',
      'gpu.clock.limit.time.hw-power-brake': 'not-exported',
    });
  });
});

describe('a device', () => {
  it.each([
    ['0 %', 0],
    ['100 %', 1],
  ])('with a utilisation of %s has the reading %d', async (text, value) => {
    expect(valuesOf(await onlyDevice('v12-570', { 'utilization.gpu_util': text }))['gpu.utilization']).toBe(value);
  });

  it.each([
    ['N/A', 'not-supported'],
    ['[N/A]', 'not-supported'],
    ['[Not Supported]', 'not-supported'],
    ['None', 'not-supported'],
    ['', 'not-supported'],
    ['Requested functionality has been deprecated', 'deprecated'],
    ['[Requested functionality has been deprecated]', 'deprecated'],
    ['[Insufficient Permissions]', 'no-permission'],
    ['[Unknown Error]', 'lost'],
    ['[GPU requires reset]', 'lost'],
    ['ERR!', 'lost'],
  ])('says why when an element is "%s"', async (text, why) => {
    const texts = {
      'utilization.gpu_util': text,
      'temperature.memory_temp': text,
      'clocks_event_reasons.clocks_event_reason_gpu_idle': text,
      'ecc_errors.volatile.sram_correctable': text,
    };
    const device = await onlyDevice('v12-535', texts);
    expect(whysOf(device)).toMatchObject({ 'gpu.utilization': why, 'gpu.temperature.memory': why });
    expect(valuesOf(device)).not.toHaveProperty('gpu.utilization');
    expect(valuesOf(device)).toMatchObject({ 'gpu.clock.limit.reasons': 0x24, 'gpu.ecc.corrected': 2 });
    expect(device.device).not.toHaveProperty('lost');
  });

  it('has each reading once, told or missing', async () => {
    const device = await onlyDevice('v12-535', { 'utilization.gpu_util': 'N/A' });
    const names = [...device.readings, ...device.missing].map(({ name }) => name);
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    expect(names).toHaveLength(19);
  });

  it('says why for a group that is one text', async () => {
    const device = await onlyDevice('v12-535', {
      utilization: '[Insufficient Permissions]',
      clocks_event_reasons: 'N/A',
    });
    expect(whysOf(device)).toMatchObject({
      'gpu.utilization': 'no-permission',
      'gpu.memory.bandwidth': 'no-permission',
      'gpu.clock.limit.reasons': 'not-supported',
    });
  });

  it('is lost when nothing is left of it', async () => {
    const { gpus, ...rest } = smiLog(
      await parseXml(
        '<nvidia_smi_log><gpu><uuid>GPU-1</uuid><utilization>[Unknown Error]</utilization></gpu></nvidia_smi_log>',
      ),
    );
    expect(devicesOf({ gpus, ...rest })[0]?.device).toEqual({ gpu: 'GPU-1', index: 0, lost: true });
  });

  it('is left out when it cannot say which it is', async () => {
    expect(
      await devices(
        withTexts(withGpus(nvidiaSmiFixture('v12-570'), 2), 'nvidia_smi_log.gpu[1]', { uuid: '[Unknown Error]' }),
      ),
    ).toHaveLength(1);
  });

  it('fails as a whole when a number has an unknown unit', async () => {
    await expect(onlyDevice('v12-570', { 'fb_memory_usage.used': '12 GiB' })).rejects.toMatchObject({
      failure: { result: 'parse', message: expect.stringContaining('fb_memory_usage/used is "12 GiB"') },
    });
    const reason = { 'clocks_event_reasons.clocks_event_reason_hw_slowdown': 'Perhaps' };
    await expect(onlyDevice('v12-570', reason)).rejects.toMatchObject({ failure: { result: 'parse' } });
  });
});

describe('eight devices', () => {
  it('are told apart by their UUID, in the order in which they are printed', async () => {
    const found = await devices(withGpus(nvidiaSmiFixture('v12-570'), 8));
    expect(found.map(({ device }) => device.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(found.map(({ device }) => device.gpu)).size).toBe(8);
    expect(new Set(found.map(({ device }) => device.pciBusId)).size).toBe(8);
    for (const { device, readings } of found) {
      expect(readings.length).toBeGreaterThan(10);
      expect(readings.every(({ gpu }) => gpu === device.gpu)).toBe(true);
    }
  });
});

describe('power', () => {
  it('is the instant value beside one that is N/A, and the average without it', async () => {
    const group = 'gpu_power_readings';
    const power = async (texts: ElementTexts) => valuesOf(await onlyDevice('v12-580-blackwell', texts))['gpu.power'];
    expect(await power({ [`${group}.power_draw`]: 'N/A' })).toBe(210.5);
    expect(await power({ [`${group}.power_draw`]: '180.00 W' })).toBe(210.5);
    expect(await power({ [`${group}.instant_power_draw`]: 'N/A', [`${group}.power_draw`]: '180.00 W' })).toBe(180);
    expect(await power({ [`${group}.instant_power_draw`]: 'N/A', [`${group}.average_power_draw`]: '170.00 W' })).toBe(
      170,
    );
  });

  it('has the limit that is enforced, before the one that was asked for', async () => {
    const limit = async (texts: ElementTexts) => valuesOf(await onlyDevice('v11-515', texts))['gpu.power.limit'];
    expect(await limit({})).toBe(250);
    expect(await limit({ 'power_readings.enforced_power_limit': 'N/A' })).toBe(300);
    expect(await limit({ 'power_readings.enforced_power_limit': undefined })).toBe(300);
  });
});

describe('memory', () => {
  it('is published as it is without a reserved part', async () => {
    const device = await onlyDevice('v11-515', { 'fb_memory_usage.reserved': undefined });
    expect(valuesOf(device)).toMatchObject({
      'gpu.memory.used': 12_288 * mebibyte,
      'gpu.memory.total': 16_384 * mebibyte,
    });
    expect(whysOf(device)).toMatchObject({ 'gpu.memory.reserved': 'not-exported' });
  });
});

describe('a temperature', () => {
  it('is never a margin below the limit', async () => {
    const device = await onlyDevice('v13-595', { 'temperature.gpu_temp': 'N/A', 'temperature.memory_temp': undefined });
    expect(whysOf(device)).toMatchObject({
      'gpu.temperature.core': 'not-supported',
      'gpu.temperature.memory': 'not-exported',
    });
  });
});

describe('errors of the memory', () => {
  const volatile = (row: string, texts: ElementTexts) => onlyDevice(row, inGroup('ecc_errors.volatile', texts));

  it('are added up by kind', async () => {
    const split = { sram_uncorrectable_parity: '2', sram_uncorrectable_secded: '4', dram_uncorrectable: '8' };
    expect(valuesOf(await volatile('v12-570', split))).toMatchObject({
      'gpu.ecc.uncorrected': 14,
      'gpu.ecc.corrected': 3,
    });
  });

  it('count a kind once where its total and its parts are told', async () => {
    expect(valuesOf(await volatile('v11-515', { 'single_bit.total': '30' }))['gpu.ecc.corrected']).toBe(30);
    expect(valuesOf(await volatile('v11-515', { 'single_bit.total': 'N/A' }))['gpu.ecc.corrected']).toBe(3);
    expect(valuesOf(await volatile('v11-515', { 'single_bit.total': undefined }))['gpu.ecc.corrected']).toBe(3);
  });

  it('are missing, not 0, where error correction is off', async () => {
    const off = {
      sram_correctable: 'N/A',
      dram_correctable: 'N/A',
      sram_uncorrectable: 'N/A',
      dram_uncorrectable: 'N/A',
    };
    expect(whysOf(await volatile('v12-535', off))).toMatchObject({
      'gpu.ecc.corrected': 'not-supported',
      'gpu.ecc.uncorrected': 'not-supported',
    });
  });
});

describe('reasons of the clocks', () => {
  const bits = {
    gpu_idle: 0x1,
    applications_clocks_setting: 0x2,
    sw_power_cap: 0x4,
    hw_slowdown: 0x8,
    sync_boost: 0x10,
  };
  const more = {
    sw_thermal_slowdown: 0x20,
    hw_thermal_slowdown: 0x40,
    hw_power_brake_slowdown: 0x80,
    display_clocks_setting: 0x100,
  };

  it.each(Object.entries({ ...bits, ...more }))('say %s by the bit %d', async (reason, bit) => {
    const none = {
      clocks_event_reason_sw_power_cap: 'Not Active',
      clocks_event_reason_sw_thermal_slowdown: 'Not Active',
    };
    const texts = { ...none, [`clocks_event_reason_${reason}`]: 'Active' };
    const device = await onlyDevice('v12-535', inGroup('clocks_event_reasons', texts));
    expect(valuesOf(device)['gpu.clock.limit.reasons']).toBe(bit);
  });

  it('count one once that is told in both spellings', async () => {
    const both = ['event', 'throttle'].map((word) => {
      const reason = `clocks_${word}_reason_sw_power_cap`;
      return `<clocks_${word}_reasons><${reason}>Active</${reason}></clocks_${word}_reasons>`;
    });
    const [device] = await devices(`<nvidia_smi_log><gpu><uuid>GPU-1</uuid>${both.join('')}</gpu></nvidia_smi_log>`);
    expect(device && valuesOf(device)).toEqual({ 'gpu.clock.limit.reasons': 0x4 });
  });

  it('are 0 when none is active', async () => {
    const none = {
      clocks_throttle_reason_sw_power_cap: 'Not Active',
      clocks_throttle_reason_sw_thermal_slowdown: 'Not Active',
    };
    const device = await onlyDevice('v12-525', inGroup('clocks_throttle_reasons', none));
    expect(valuesOf(device)['gpu.clock.limit.reasons']).toBe(0);
  });
});

describe('a device cut up by MIG', () => {
  it('tells no utilisation because of it, refused or not', async () => {
    for (const text of ['N/A', '[Insufficient Permissions]']) {
      const device = await onlyDevice('mig-4', { 'utilization.gpu_util': text, 'utilization.memory_util': text });
      expect(device.device.mig).toBe('on');
      expect(whysOf(device)).toMatchObject({ 'gpu.utilization': 'mig', 'gpu.memory.bandwidth': 'mig' });
    }
    expect(whysOf(await onlyDevice('mig-4', { 'utilization.gpu_util': 'ERR!' }))['gpu.utilization']).toBe('lost');
  });

  it('that refuses a container other readings is no failure', async () => {
    const device = await onlyDevice('mig-1', { 'fb_memory_usage.used': '[Insufficient Permissions]' });
    expect(whysOf(device)['gpu.memory.used']).toBe('no-permission');
    expect(device.readings).toContainEqual(expect.objectContaining({ name: 'gpu.mig.memory.used', instance: '3' }));
  });

  it('has memory for its one instance', async () => {
    const { readings, migDevices } = await onlyDevice('mig-1');
    const gpu = 'GPU-1a000000-0111-4a00-8000-000000000001';
    expect(readings.filter(({ name }) => name.startsWith('gpu.mig'))).toEqual([
      { name: 'gpu.mig.memory.used', gpu, instance: '3', value: 1840 * mebibyte },
      { name: 'gpu.mig.memory.total', gpu, instance: '3', value: 20_096 * mebibyte },
    ]);
    expect(migDevices).toEqual([{ index: '0', instance: '3', computeInstance: '0' }]);
  });

  it('has memory once for an instance that two compute instances share', async () => {
    const { readings, migDevices } = await onlyDevice('mig-4');
    const used = readings.filter(({ name }) => name === 'gpu.mig.memory.used');
    expect(used.map(({ instance, value }) => [instance, value / mebibyte])).toEqual([
      ['2', 5120],
      ['7', 13],
      ['9', 2600],
    ]);
    expect(migDevices.map(({ instance, computeInstance }) => [instance, computeInstance])).toEqual([
      ['2', '0'],
      ['2', '1'],
      ['7', '0'],
      ['9', '0'],
    ]);
  });

  it('misses the memory of an instance that does not tell it', async () => {
    const device = await onlyDevice('mig-4', { 'mig_devices.mig_device[3].fb_memory_usage.used': 'N/A' });
    expect(device.missing).toContainEqual(
      expect.objectContaining({ name: 'gpu.mig.memory.used', instance: '9', why: 'not-supported' }),
    );
  });

  it.each([
    ['Enabled', 'on'],
    ['Disabled', 'off'],
    ['N/A', undefined],
  ])('says so: %s is %s', async (text, mig) => {
    expect((await onlyDevice('mig-1', { 'mig_mode.current_mig': text })).device.mig).toBe(mig);
  });
});

async function onlyDevice(fixture: string, texts: ElementTexts = {}): Promise<FoundDevice> {
  const [device, ...others] = await devices(withTexts(nvidiaSmiFixture(fixture), 'nvidia_smi_log.gpu', texts));
  if (device === undefined || others.length > 0) throw new Error(`${fixture} has not one device.`);
  return device;
}

async function devices(xml: string): Promise<readonly FoundDevice[]> {
  return devicesOf(smiLog(await parseXml(xml)));
}

function valuesOf({ readings }: FoundDevice): Readonly<Record<string, number>> {
  return Object.fromEntries(readings.map(({ name, value }) => [name, value]));
}

function whysOf({ missing }: FoundDevice): Readonly<Record<string, string>> {
  return Object.fromEntries(missing.map(({ name, why }) => [name, why]));
}

function inGroup(group: string, texts: ElementTexts): ElementTexts {
  return Object.fromEntries(Object.entries(texts).map(([name, text]) => [`${group}.${name}`, text]));
}
