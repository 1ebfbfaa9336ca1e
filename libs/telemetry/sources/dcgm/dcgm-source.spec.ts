import { existsSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sample } from '#libs/core';
import { failureOf } from '../../../../test/fixtures/metrics/failure-of.ts';
import { ignoredFamilies } from '../../../../test/fixtures/metrics/ignored-families.ts';
import { oneDevice } from '../../../../test/fixtures/metrics/one-device.ts';
import { startFakeMetrics, type FakeMetrics } from '../../../../test/doubles/fake-metrics.ts';
import { dcgmBlanks, dcgmPage, type DcgmDevice } from '../../../../test/doubles/fake-metrics/dcgm-page.ts';
import { vllmPage } from '../../../../test/doubles/fake-metrics/model-server-pages.ts';
import type { OwnDevices } from '../../probe/source-spec.ts';
import { parseExposition } from '../exposition.ts';
import { dcgmMetrics } from './dcgm-metrics.ts';
import { DcgmSource } from './dcgm-source.ts';

const mebibyte = 1024 * 1024;
const never = new AbortController().signal;
const first = 'GPU-11111111-aaaa-4bbb-8ccc-0123456789ab';
const second = 'GPU-22222222-aaaa-4bbb-8ccc-0123456789ab';
const none: OwnDevices = { uuids: [], indices: [] };
const mine = (...uuids: readonly string[]): OwnDevices => ({ uuids, indices: [] });
let metrics: FakeMetrics;
let now = 0;

beforeEach(async () => {
  metrics = await startFakeMetrics();
});
afterEach(async () => {
  await metrics.close();
});

const source = (own = none, url = metrics.url): DcgmSource =>
  new DcgmSource({ kind: 'dcgm', url, own, intervalMs: 1000 }, () => now);

function read(page: string, own = none): Promise<Sample> {
  metrics.show(page);
  return source(own).read(never);
}

const readDevice = (device: Partial<DcgmDevice>): Promise<Sample> => read(dcgmPage([{ uuid: first, ...device }]));

const values = ({ readings }: Sample): Readonly<Record<string, number>> =>
  Object.fromEntries(
    readings.map(({ name, instance, value }) => [instance === undefined ? name : `${name} of ${instance}`, value]),
  );

const whys = ({ missing }: Sample): Readonly<Record<string, string>> =>
  Object.fromEntries(
    missing.map(({ name, instance, why }) => [instance === undefined ? name : `${name} of ${instance}`, why]),
  );

describe('one device', () => {
  it('is read in our units, and says what its exporter does not show', async () => {
    const sample = await readDevice({});
    expect(values(sample)).toEqual({
      'gpu.utilization': 0.45,
      'gpu.memory.bandwidth': 0.3,
      'gpu.memory.used': 20_480 * mebibyte,
      'gpu.memory.total': 24_576 * mebibyte,
      'gpu.memory.reserved': 512 * mebibyte,
      'gpu.power': 210.5,
      'gpu.energy': 48_287.135,
      'gpu.temperature.core': 64,
      'gpu.temperature.memory': 71,
      'gpu.clock.sm': 1.41e9,
      'gpu.clock.memory': 7.001e9,
      'gpu.xid': 0,
      'gpu.engine.graphics': 0.43,
      'gpu.engine.tensor': 0.12,
      'gpu.engine.dram': 0.25,
    });
    expect(whys(sample)).toEqual({
      'gpu.power.limit': 'not-exported',
      'gpu.clock.limit.reasons': 'not-exported',
      'gpu.ecc.corrected': 'not-exported',
      'gpu.ecc.uncorrected': 'not-exported',
      'gpu.engine.sm': 'not-exported',
    });
    expect(new Set(sample.readings.map(({ gpu }) => gpu))).toEqual(new Set([first]));
  });

  it('says who it is, without an index', async () => {
    expect((await readDevice({ model: 'NVIDIA L4', driver: '595.58.03' })).devices).toEqual([
      { gpu: first, model: 'NVIDIA L4', driver: '595.58.03', pciBusId: '00000000:31:00.0' },
    ]);
  });

  it('gives the readings that every source must give for it', async () => {
    const page = readFileSync(new URL('../../../../test/fixtures/metrics/one-device.prom', import.meta.url), 'utf8');
    const sample = await read(page, mine(oneDevice.gpu));
    expect(values(sample)).toEqual({ ...oneDevice.readings, 'gpu.xid': 0 });
    expect(whys(sample)).toMatchObject({
      'gpu.energy': 'not-supported',
      'gpu.memory.bandwidth': 'not-supported',
      'gpu.temperature.memory': 'not-supported',
      'gpu.engine.graphics': 'no-permission',
    });
  });

  it('keeps 0 where 0 is a value', async () => {
    const idle = { DEV_GPU_UTIL: 0, DEV_FB_USED: 0, DEV_POWER_USAGE: 0, PROF_DRAM_ACTIVE: 0 };
    expect(values(await readDevice({ values: idle }))).toMatchObject({
      'gpu.utilization': 0,
      'gpu.memory.used': 0,
      'gpu.power': 0,
      'gpu.engine.dram': 0,
    });
  });

  it.each(Object.entries(dcgmBlanks))('has no reading where DCGM has a blank: %s', async (_, blank) => {
    const sample = await readDevice({ values: { DEV_GPU_UTIL: blank, DEV_FB_USED: blank, DEV_POWER_USAGE: blank } });
    expect(whys(sample)).toMatchObject({
      'gpu.utilization': 'not-supported',
      'gpu.memory.used': 'not-supported',
      'gpu.memory.total': 'not-supported',
      'gpu.power': 'not-supported',
    });
    expect(Object.keys(values(sample))).not.toContain('gpu.memory.total');
  });

  it('has the fields that are off by default once they are exported, under their old name too', async () => {
    const fields = { DEV_CLOCKS_EVENT_REASONS: 0x404, DEV_ECC_SBE_VOL_TOTAL: 3, DEV_ECC_DBE_VOL_TOTAL: 0 };
    expect(values(await readDevice({ values: { ...fields, DEV_POWER_MGMT_LIMIT: 300 } }))).toMatchObject({
      'gpu.clock.limit.reasons': 4,
      'gpu.ecc.corrected': 3,
      'gpu.ecc.uncorrected': 0,
      'gpu.power.limit': 300,
    });
    const old = await readDevice({ values: { DEV_CLOCK_THROTTLE_REASONS: 0x21 } });
    expect(values(old)).toMatchObject({ 'gpu.clock.limit.reasons': 0x21 });
  });

  it('takes used and free for the total where reserved is not exported, and the total itself where that is', async () => {
    const old = await readDevice({ values: { DEV_FB_RESERVED: undefined } });
    expect(values(old)['gpu.memory.total']).toBe(24_064 * mebibyte);
    expect(whys(old)['gpu.memory.reserved']).toBe('not-exported');
    const told = await readDevice({ values: { DEV_FB_TOTAL: 24_570 } });
    expect(values(told)['gpu.memory.total']).toBe(24_570 * mebibyte);
  });

  it('tells the code of the last XID, 0 before the first', async () => {
    expect(values(await readDevice({ values: { DEV_XID_ERRORS: 0 } }))).toMatchObject({ 'gpu.xid': 0 });
    expect(values(await readDevice({ values: { DEV_XID_ERRORS: 79 } }))).toMatchObject({ 'gpu.xid': 79 });
  });

  it('is told once when it is shared between pods and told for each', async () => {
    const page = dcgmPage([
      { uuid: first, pod: 'a' },
      { uuid: first, pod: 'b' },
    ]);
    const { readings, devices } = await read(page);
    expect(readings.filter(({ name }) => name === 'gpu.utilization')).toHaveLength(1);
    expect(devices).toHaveLength(1);
  });
});

describe('a device that MIG has cut up', () => {
  const whole = { DEV_GPU_UTIL: undefined, DEV_MEM_COPY_UTIL: undefined, DEV_SM_CLOCK: undefined };
  const instances = [
    {
      id: '3',
      profile: '1g.6gb',
      values: { DEV_FB_USED: 1000, DEV_FB_FREE: 5000, DEV_FB_RESERVED: 16, DEV_SM_CLOCK: 1440, PROF_DRAM_ACTIVE: 0.5 },
    },
    { id: '5', profile: '2g.12gb', values: { DEV_SM_CLOCK: 1440, PROF_DRAM_ACTIVE: 0.25, DEV_XID_ERRORS: 43 } },
  ];

  it('has memory, engines and XID by instance, and clocks of the device', async () => {
    const sample = await readDevice({ values: { ...whole, PROF_DRAM_ACTIVE: undefined }, instances });
    expect(values(sample)).toMatchObject({
      'gpu.mig.memory.used of 3': 1000 * mebibyte,
      'gpu.mig.memory.total of 3': 6016 * mebibyte,
      'gpu.engine.dram of 3': 0.5,
      'gpu.engine.dram of 5': 0.25,
      'gpu.xid of 5': 43,
      'gpu.clock.sm': 1.44e9,
      'gpu.memory.used': 20_480 * mebibyte,
    });
    expect(values(sample)).not.toHaveProperty('gpu.engine.dram');
    expect(whys(sample)).not.toHaveProperty('gpu.engine.dram');
    expect(sample.devices).toMatchObject([
      {
        mig: 'on',
        instances: [
          { instance: '3', profile: '1g.6gb' },
          { instance: '5', profile: '2g.12gb' },
        ],
      },
    ]);
  });

  it('has no utilization because of MIG, and no memory where its exporter shows none', async () => {
    const blank = { DEV_GPU_UTIL: dcgmBlanks.int64, DEV_MEM_COPY_UTIL: undefined, DEV_FB_USED: undefined };
    expect(whys(await readDevice({ values: blank, instances }))).toMatchObject({
      'gpu.utilization': 'mig',
      'gpu.memory.bandwidth': 'mig',
      'gpu.memory.used': 'mig',
      'gpu.mig.memory.used of 5': 'not-exported',
      'gpu.mig.memory.total of 5': 'not-exported',
    });
  });
});

describe('which of several devices is ours', () => {
  const two = dcgmPage([{ uuid: first }, { uuid: second }], { host: 'gpu-node-7', hostLabel: 'hostname' });

  it.each([
    ['its UUID', second],
    ['the beginning of its UUID', second.slice(0, 12)],
    ['its UUID in capitals', second.toUpperCase()],
    ['the older name of a MIG device', `MIG-${second}/3/0`],
  ])('is told by %s', async (_, uuid) => {
    const { devices, readings } = await read(two, mine(uuid));
    expect(devices).toMatchObject([{ gpu: second }]);
    expect(readings.every(({ gpu }) => gpu === second)).toBe(true);
  });

  it('may be all of them', async () => {
    expect((await read(two, mine(first, second))).devices).toHaveLength(2);
  });

  it.each([none, { uuids: [], indices: [1] }])('is not guessed: %j', async (own) => {
    expect(await failureOf(() => read(two, own))).toEqual({
      result: 'error',
      message: `dcgm-exporter at ${metrics.url} shows 2 devices of gpu-node-7 and none is known to be ours`,
      next: expect.stringContaining('NVIDIA_VISIBLE_DEVICES=GPU-'),
    });
  });

  it('cannot be told by the UUID of a MIG device, which the exporter does not show', async () => {
    const own = mine('MIG-33333333-aaaa-4bbb-8ccc-0123456789ab');
    expect(await failureOf(() => read(two, own))).toMatchObject({
      result: 'error',
      next: expect.stringContaining('nvml or nvidia-smi'),
    });
    expect((await read(dcgmPage([{ uuid: first }]), own)).devices).toMatchObject([{ gpu: first }]);
  });

  it('is none of those of another node or pod', async () => {
    const page = dcgmPage([{ uuid: first }], { host: 'gpu-node-7' });
    expect(await failureOf(() => read(page, mine(second)))).toEqual({
      result: 'empty',
      message: `dcgm-exporter at ${metrics.url} answers for other devices of gpu-node-7: ${first}`,
      next: expect.stringContaining('this node'),
    });
  });
});

describe('a page without devices', () => {
  it.each([
    ['an empty page', '', 'empty'],
    ['a page of switches only', 'DCGM_FI_DEV_NVSWITCH_TEMPERATURE_CURRENT{nvswitch="0"} 40\n', 'empty'],
    ['a page of a model server', vllmPage([{ running: 1 }]), 'parse'],
    ['HTML', '<html><body>GPU Exporter</body></html>\n', 'parse'],
    ['a page that is cut', dcgmPage([{ uuid: first }]).slice(0, -20), 'parse'],
  ])('fails: %s', async (_, page, result) => {
    expect(await failureOf(() => read(page))).toMatchObject({ result, next: expect.any(String) });
  });

  it('fails without the secrets of the URL', async () => {
    metrics.show('');
    const url = metrics.url.replace('://', '://user:hunter2@');
    expect(JSON.stringify(await failureOf(() => source(none, url).read(never)))).not.toContain('hunter2');
  });
});

describe('the age of the values', () => {
  /** Reads once a second; the page's numbers are those that `energyAt` gives for the second. */
  async function readFor(seconds: number, energyAt: (second: number) => number): Promise<readonly Sample[]> {
    const one = source(mine(first));
    const samples: Sample[] = [];
    for (let at = 0; at <= seconds; at += 1) {
      now = at * 1000;
      const ours = { uuid: first, values: { DEV_TOTAL_ENERGY_CONSUMPTION: energyAt(at) } };
      metrics.show(dcgmPage([ours, { uuid: second, values: { DEV_GPU_UTIL: at % 100 } }]));
      samples.push(await one.read(never));
    }
    return samples;
  }

  it('grows from refresh to refresh, whose interval is learnt', async () => {
    const samples = await readFor(24, (at) => Math.floor(at / 10));
    expect(samples.map(({ age }) => age)).toEqual(samples.map((_, at) => (at % 10) * 1000));
    expect(samples[0]).toMatchObject({ interval: 30_000 });
    expect(samples.at(-1)).toMatchObject({ interval: 10_000 });
  });

  it('makes them unchanged after two intervals, whatever other devices do', async () => {
    const samples = await readFor(61, () => 7);
    expect(samples[59]).not.toHaveProperty('unchanged');
    expect(samples[60]).toMatchObject({ unchanged: true, age: 60_000 });
  });

  it('does not depend on how long the page took', async () => {
    const one = source();
    const page = dcgmPage([{ uuid: first }]);
    const takes = [60, 5, 200];
    const ages: (number | undefined)[] = [];
    for (const [at, ms] of takes.entries()) {
      now = at * 1000;
      metrics.show(() => {
        now += ms;
        return page;
      });
      ages.push((await one.read(never)).age);
    }
    expect(ages).toEqual([0, 1000, 2000]);
  });

  it('does not begin anew with the order of the lines or the pods of the devices', async () => {
    const one = source();
    now = 0;
    metrics.show(dcgmPage([{ uuid: first, pod: 'a' }]));
    await one.read(never);
    now = 3000;
    const page = dcgmPage(['b', 'c'].map((pod) => ({ uuid: first, pod })));
    metrics.show(
      page
        .split('\n')
        .filter((line) => line !== '')
        .toReversed()
        .join('\n') + '\n',
    );
    expect(await one.read(never)).toMatchObject({ age: 3000 });
  });
});

describe('real pages', () => {
  const folder = new URL('../../../../../shared/data/dcgm-exporter/', import.meta.url);
  const page = (name: string): string => readFileSync(new URL(name, folder), 'utf8');
  const here = existsSync(folder);
  const isRead = new Set([
    ...dcgmMetrics.flatMap(({ metrics }) => metrics),
    ...['USED', 'FREE', 'RESERVED', 'TOTAL'].map((part) => `DCGM_FI_DEV_FB_${part}`),
  ]);

  it.skipIf(!here).each(['l4__driver-580.105.08.prom', 't4__driver-580.105.08.prom', 'a100-mig__nvidia-docs.prom'])(
    'hold no metric that was not thought about: %s',
    (name) => {
      const unknown = parseExposition(page(name)).filter(({ name }) => !isRead.has(name) && !ignoredFamilies.has(name));
      expect(unknown).toEqual([]);
    },
  );

  it.skipIf(!here)('give the readings of an idle T4 and an idle L4', async () => {
    expect(values(await read(page('t4__driver-580.105.08.prom')))).toMatchObject({
      'gpu.utilization': 0,
      'gpu.memory.total': (14_912 + 447) * mebibyte,
      'gpu.temperature.core': 24,
    });
    const l4 = await read(page('l4__driver-580.105.08.prom'));
    expect(values(l4)).toMatchObject({ 'gpu.power': 16.365, 'gpu.energy': 4742.776, 'gpu.clock.sm': 210e6 });
    expect(whys(l4)).toMatchObject({ 'gpu.temperature.memory': 'not-supported' });
    expect(l4.devices).toMatchObject([{ model: 'NVIDIA L4', driver: '580.105.08' }]);
  });

  it.skipIf(!here)('give the engines of an A100 and of its instance', async () => {
    const a100 = await read(page('a100-mig__nvidia-docs.prom'), mine('GPU-34319582'));
    expect(values(a100)).toMatchObject({
      'gpu.engine.tensor': 0.92926,
      'gpu.engine.tensor of 13': 0.930433,
      'gpu.memory.total': (35_690 + 4845) * mebibyte,
    });
    expect(whys(a100)).toMatchObject({ 'gpu.utilization': 'mig', 'gpu.mig.memory.used of 13': 'not-exported' });
  });
});
