import type { Sample } from '#libs/core';
import { readingUnits } from '#libs/core';
import { beforeEach, describe, expect, it } from 'vitest';
import { CollectionError } from '../collection-error.ts';
import { fails, gpmDouble, gpuAt, handleAt, migDouble, nvmlDouble, ok } from '../../../../test/doubles/nvml-double.ts';
import type { Answer, NvmlLibrary, XidEvent } from './nvml-library.ts';
import { NvmlSource } from './nvml-source.ts';

const { signal } = new AbortController();
const sourceOf = (nvml: NvmlLibrary): NvmlSource => new NvmlSource(() => Promise.resolve(nvml));
const readOnce = (nvml: NvmlLibrary): Promise<Sample> => sourceOf(nvml).read(signal);

/** `{ 'gpu.power': 210 }`; with the device where there is another, with the instance where there is one. */
function valuesOf(sample: Sample, gpu = gpuAt(0)): Readonly<Record<string, number>> {
  const of = sample.readings.filter((reading) => reading.gpu === gpu);
  return Object.fromEntries(of.map(({ name, instance, value }) => [place(name, instance), value]));
}

function missingOf(sample: Sample, gpu: string | undefined = gpuAt(0)): Readonly<Record<string, string>> {
  const of = sample.missing.filter((missing) => missing.gpu === gpu);
  return Object.fromEntries(of.map(({ name, instance, why }) => [place(name, instance), why]));
}

function place(name: string, instance: string | undefined): string {
  return instance === undefined ? name : `${name}/${instance}`;
}

async function failureOf(read: Promise<unknown>): Promise<unknown> {
  const error: unknown = await read.catch((reason: unknown) => reason);
  return error instanceof CollectionError ? error.failure : error;
}

const required = new Set(['init', 'shutdown', 'unload', 'deviceCount', 'deviceByIndex', 'uuid']);

const noEngines = {
  'gpu.engine.graphics': 'not-supported',
  'gpu.engine.sm': 'not-supported',
  'gpu.engine.tensor': 'not-supported',
  'gpu.engine.dram': 'not-supported',
};

describe('one healthy device', () => {
  it('tells everything that NVML can, in our units', async () => {
    const sample = await readOnce(nvmlDouble());
    expect(valuesOf(sample)).toEqual({
      'gpu.utilization': 0.4,
      'gpu.memory.bandwidth': 0.1,
      'gpu.memory.used': 250,
      'gpu.memory.total': 1000,
      'gpu.memory.reserved': 50,
      'gpu.power': 210,
      'gpu.power.limit': 400,
      'gpu.energy': 5,
      'gpu.temperature.core': 40,
      'gpu.temperature.memory': 50,
      'gpu.clock.sm': 1.41e9,
      'gpu.clock.memory': 1.593e9,
      'gpu.clock.limit.reasons': 1,
      'gpu.ecc.corrected': 3,
      'gpu.ecc.uncorrected': 0,
    });
    expect(missingOf(sample)).toEqual(noEngines);
    expect(sample.devices).toEqual([
      {
        gpu: 'GPU-0',
        index: 0,
        model: 'NVIDIA Double-80GB',
        driver: '580.65.06',
        pciBusId: '00000000:41:00.0',
        mig: 'off',
      },
    ]);
  });

  it('keeps an idle device at 0, which is not missing', async () => {
    const sample = await readOnce(nvmlDouble({ utilization: () => ok({ gpu: 0, memory: 0 }) }));
    expect(valuesOf(sample)).toMatchObject({ 'gpu.utilization': 0, 'gpu.memory.bandwidth': 0 });
  });

  it('passes on only the clock limit reasons that we have a name for', async () => {
    const sample = await readOnce(nvmlDouble({ clockEventReasons: () => ok(2 ** 44 + 0x1ff + 0x200) }));
    expect(valuesOf(sample)['gpu.clock.limit.reasons']).toBe(0x1ff);
  });

  it('does not take a memory temperature of 0 for one', async () => {
    const field = (_: bigint, id: string) => ok(id === 'memoryTemperature' ? 0 : 1);
    expect(missingOf(await readOnce(nvmlDouble({ field })))).toMatchObject({
      'gpu.temperature.memory': 'not-supported',
    });
  });
});

describe('an old library', () => {
  it('loses the readings of the symbols that are not there, and no others', async () => {
    const sample = await readOnce(
      nvmlDouble({
        name: undefined,
        pciBusId: undefined,
        driverVersion: undefined,
        memoryV2: undefined,
        totalEnergy: undefined,
        clockEventReasons: undefined,
        field: undefined,
        migMode: undefined,
        createEventSet: undefined,
        nextXid: undefined,
      }),
    );
    expect(missingOf(sample)).toEqual({
      'gpu.memory.reserved': 'not-supported',
      'gpu.energy': 'not-supported',
      'gpu.temperature.memory': 'not-supported',
      ...noEngines,
    });
    expect(valuesOf(sample)).toMatchObject({
      'gpu.memory.used': 300,
      'gpu.power': 200,
      'gpu.clock.limit.reasons': 2,
    });
    expect(sample.devices).toEqual([{ gpu: 'GPU-0', index: 0 }]);
  });

  it('takes the average power where the driver does not know the instant one', async () => {
    const sample = await readOnce(nvmlDouble({ field: () => fails(2) }));
    expect(valuesOf(sample)).toMatchObject({ 'gpu.power': 200 });
  });

  it.each(Object.keys(nvmlDouble()).filter((name) => !required.has(name)))('still answers without %s', async (name) => {
    const sample = await readOnce(nvmlDouble({ [name]: undefined }));
    expect(Object.keys(valuesOf(sample)).length).toBeGreaterThan(10);
  });
});

describe('return codes', () => {
  it('says no-permission, and asks again at the next read', async () => {
    let allowed = false;
    const source = sourceOf(nvmlDouble({ powerLimit: () => (allowed ? ok(1000) : fails(4)) }));
    expect(missingOf(await source.read(signal))).toMatchObject({ 'gpu.power.limit': 'no-permission' });
    allowed = true;
    expect(valuesOf(await source.read(signal))).toMatchObject({ 'gpu.power.limit': 1 });
  });

  it('does not ask again for what is not supported, until the driver is another', async () => {
    let asked = 0;
    let driver = '535.1';
    const totalEnergy = (): Answer<number> => {
      asked += 1;
      return fails(3);
    };
    const source = sourceOf(nvmlDouble({ totalEnergy, driverVersion: () => ok(driver) }));
    const first = await source.read(signal);
    const second = await source.read(signal);
    expect(asked).toBe(1);
    expect(missingOf(second)).toEqual(missingOf(first));
    driver = '550.2';
    await source.read(signal);
    expect(asked).toBe(2);
  });

  it('remembers it per device', async () => {
    const totalEnergy = (device: bigint) => (device === handleAt(0) ? fails(3) : ok(7000));
    const source = sourceOf(nvmlDouble({ deviceCount: () => ok(2), totalEnergy }));
    await source.read(signal);
    expect(valuesOf(await source.read(signal), 'GPU-1')).toMatchObject({ 'gpu.energy': 7 });
  });

  it.each([
    [9, 'modprobe'],
    [4, '/dev/nvidia*'],
    [18, 'reboot the host (or reload the driver)'],
    [999, 'Make the container anew'],
  ])('fails with a next step when NVML cannot start: %i', async (code, next) => {
    let started = 0;
    let shutDown = 0;
    const source = sourceOf(
      nvmlDouble({
        shutdown: () => (shutDown += 1),
        init: () => {
          started += 1;
          return started === 1 ? code : 0;
        },
      }),
    );
    expect(await failureOf(source.read(signal))).toEqual({
      result: 'error',
      message: expect.stringMatching(`NVML .*cannot start: .*code ${code}`),
      next: expect.stringContaining(next),
    });
    expect((await source.read(signal)).devices).toHaveLength(1);
    await source.read(signal);
    expect({ started, shutDown }).toEqual({ started: 2, shutDown: 0 });
  });

  it.each([1, 9, 18])('begins anew after the whole driver went away with %i', async (code) => {
    const calls: string[] = [];
    let gone = false;
    const source = sourceOf(
      nvmlDouble({
        init: () => calls.push('init') && 0,
        shutdown: () => calls.push('shutdown') && 0,
        unload: () => calls.push('unload'),
        temperature: () => (gone ? fails(code) : ok(40)),
      }),
    );
    await source.read(signal);
    gone = true;
    expect(await failureOf(source.read(signal))).toMatchObject({ result: 'error' });
    gone = false;
    await source.read(signal);
    expect(calls).toEqual(['init', 'shutdown', 'unload', 'init']);
  });

  it('takes no GPU at all for a failed collection', async () => {
    expect(await failureOf(readOnce(nvmlDouble({ deviceCount: () => ok(0) })))).toMatchObject({ result: 'empty' });
  });
});

describe('a lost device', () => {
  let lost: ReadonlySet<number>;
  let code: number;
  let sample: Sample;
  const ifThere = <T>(device: bigint, value: T): Answer<T> =>
    lost.has(Number(device - handleAt(0))) ? fails(code) : ok(value);
  const losing = (changes: Partial<NvmlLibrary> = {}): NvmlLibrary =>
    nvmlDouble({ deviceCount: () => ok(2), temperature: (device) => ifThere(device, 40), ...changes });

  beforeEach(() => {
    lost = new Set();
    code = 15;
  });

  it.each([15, 16])('is named lost by code %i in the middle of a read, while the other goes on', async (found) => {
    const source = sourceOf(losing());
    const [before] = (await source.read(signal)).devices ?? [];
    lost = new Set([0]);
    code = found;
    sample = await source.read(signal);
    expect(sample.devices).toEqual([{ ...before, lost: true }, expect.not.objectContaining({ lost: true })]);
    expect(valuesOf(sample)).toEqual({});
    expect(new Set(Object.values(missingOf(sample)))).toEqual(new Set(['lost']));
    expect(Object.keys(missingOf(sample))).toHaveLength(19);
    expect(Object.keys(valuesOf(sample, 'GPU-1'))).toHaveLength(15);
  });

  it('is asked nothing more in that read, and everything again in the next', async () => {
    let asked = 0;
    const clock = (): Answer<number> => {
      asked += 1;
      return ok(1);
    };
    const source = sourceOf(losing({ deviceCount: () => ok(1), clock }));
    lost = new Set([0]);
    await source.read(signal);
    expect(asked).toBe(0);
    lost = new Set();
    sample = await source.read(signal);
    expect(sample.devices).toEqual([expect.not.objectContaining({ lost: true })]);
    expect(valuesOf(sample)).toMatchObject({ 'gpu.temperature.core': 40 });
  });

  it('is still a sample when all of them are', async () => {
    const source = sourceOf(losing());
    await source.read(signal);
    lost = new Set([0, 1]);
    sample = await source.read(signal);
    expect(sample.readings).toEqual([]);
    expect(sample.devices).toMatchObject([{ lost: true }, { lost: true }]);
  });

  it('is one that was there before and whose handle cannot be got', async () => {
    let gone = false;
    const deviceByIndex = (index: number) => (gone && index === 1 ? fails(999) : ok(handleAt(index)));
    const source = sourceOf(losing({ deviceByIndex }));
    await source.read(signal);
    gone = true;
    sample = await source.read(signal);
    expect(sample.devices).toMatchObject([{ gpu: 'GPU-0' }, { gpu: 'GPU-1', index: 1, lost: true }]);
  });

  it('is one that is not counted any more', async () => {
    let count = 2;
    const source = sourceOf(losing({ deviceCount: () => ok(count) }));
    await source.read(signal);
    count = 1;
    sample = await source.read(signal);
    expect(sample.devices).toMatchObject([{ gpu: 'GPU-0' }, { gpu: 'GPU-1', lost: true }]);
    expect(missingOf(sample, 'GPU-1')).toMatchObject({ 'gpu.memory.used': 'lost' });
  });

  it('is not one that never could be asked: that says no-permission once, whatever their number', async () => {
    const deviceByIndex = (index: number) => (index === 0 ? ok(handleAt(0)) : fails(4));
    sample = await readOnce(nvmlDouble({ deviceCount: () => ok(8), deviceByIndex }));
    expect(sample.devices).toMatchObject([{ gpu: 'GPU-0' }]);
    const nameless = sample.missing.filter(({ gpu }) => gpu === undefined);
    expect(nameless).toHaveLength(15);
    expect(nameless).toContainEqual({ name: 'gpu.utilization', why: 'no-permission' });
  });

  it('fails with the next step when no device could ever be asked', async () => {
    expect(await failureOf(readOnce(nvmlDouble({ deviceByIndex: () => fails(4) })))).toMatchObject({
      result: 'error',
      message: 'NVML gives no GPU to this process: the driver gives this user no permission (NVML code 4)',
    });
  });
});

describe('MIG', () => {
  const parts = [[1, 0], undefined, [1, 1], [5, 0]] as const;

  it('tells the parts of a device, and memory once per GPU instance', async () => {
    const sample = await readOnce(migDouble(parts));
    expect(sample.devices?.[0]).toMatchObject({
      mig: 'on',
      instances: [
        { instance: '1', computeInstance: '0', uuid: 'MIG-200', profile: '1g.10gb' },
        { instance: '1', computeInstance: '1', uuid: 'MIG-202' },
        { instance: '5', computeInstance: '0', uuid: 'MIG-203' },
      ],
    });
    const memory = sample.readings.filter(({ name }) => name === 'gpu.mig.memory.used');
    expect(memory).toEqual([
      { name: 'gpu.mig.memory.used', gpu: 'GPU-0', instance: '1', value: 250 },
      { name: 'gpu.mig.memory.used', gpu: 'GPU-0', instance: '5', value: 250 },
    ]);
  });

  it('is why busy shares are missing, and not why others are', async () => {
    const sample = await readOnce(migDouble(parts, { totalEnergy: () => fails(3) }));
    expect(missingOf(sample)).toMatchObject({
      'gpu.utilization': 'mig',
      'gpu.memory.bandwidth': 'mig',
      'gpu.engine.sm': 'mig',
      'gpu.energy': 'not-supported',
    });
  });

  it('is why in a container too, where the driver says that it may not be asked', async () => {
    const sample = await readOnce(migDouble(parts, { utilization: () => fails(4) }));
    expect(missingOf(sample)).toMatchObject({ 'gpu.utilization': 'mig' });
  });

  it('names the instance whose memory is missing', async () => {
    const memory = (device: bigint) => (device === 203n ? fails(4) : ok({ total: 10, free: 4, used: 6 }));
    const sample = await readOnce(migDouble(parts, { memoryV2: undefined, memory }));
    expect(valuesOf(sample)).toMatchObject({ 'gpu.mig.memory.used/1': 6 });
    expect(missingOf(sample)).toMatchObject({ 'gpu.mig.memory.used/5': 'no-permission' });
  });

  it('takes the memory from another compute instance when the first does not tell it', async () => {
    const memory = (device: bigint) => (device === 200n ? fails(999) : ok({ total: 10, free: 4, used: 6 }));
    const sample = await readOnce(migDouble(parts, { memoryV2: undefined, memory }));
    expect(valuesOf(sample)).toMatchObject({ 'gpu.mig.memory.used/1': 6 });
    expect(missingOf(sample)).not.toHaveProperty('gpu.mig.memory.used/1');
  });

  it('asks for busy shares again once it is off', async () => {
    let on = true;
    const source = sourceOf(
      migDouble(parts, {
        migMode: () => ok(on ? 'on' : 'off'),
        utilization: () => (on ? fails(3) : ok({ gpu: 60, memory: 0 })),
      }),
    );
    await source.read(signal);
    on = false;
    expect(valuesOf(await source.read(signal))).toMatchObject({ 'gpu.utilization': 0.6 });
  });

  it('is lost with its device', async () => {
    let lost = false;
    const source = sourceOf(migDouble(parts, { temperature: () => (lost ? fails(15) : ok(40)) }));
    await source.read(signal);
    lost = true;
    expect(missingOf(await source.read(signal))).toMatchObject({
      'gpu.mig.memory.used/1': 'lost',
      'gpu.mig.memory.used/5': 'lost',
    });
  });
});

describe('engine activity', () => {
  const engines = {
    'gpu.engine.graphics': 0.01,
    'gpu.engine.sm': 0.02,
    'gpu.engine.tensor': 0.05,
    'gpu.engine.dram': 0.1,
  };

  it('needs two reads, and then has every one', async () => {
    const source = sourceOf(nvmlDouble({ gpm: gpmDouble() }));
    expect(missingOf(await source.read(signal))).toEqual({
      'gpu.engine.graphics': 'warming-up',
      'gpu.engine.sm': 'warming-up',
      'gpu.engine.tensor': 'warming-up',
      'gpu.engine.dram': 'warming-up',
    });
    for (let read = 0; read < 3; read += 1) expect(valuesOf(await source.read(signal))).toMatchObject(engines);
  });

  it('compares each sample with the one before it', async () => {
    const taken: bigint[] = [];
    const compared: (readonly [bigint, bigint])[] = [];
    const gpm = gpmDouble({
      sample: (_, into) => taken.push(into) && 0,
      compare: (from, to, ids) => {
        compared.push([from, to]);
        return ok(ids.map((id) => ok(id)));
      },
    });
    const source = sourceOf(nvmlDouble({ gpm }));
    for (let read = 0; read < 4; read += 1) await source.read(signal);
    expect(compared).toEqual([1, 2, 3].map((read) => [taken[read - 1], taken[read]]));
    expect(compared.every(([from, to]) => from !== to)).toBe(true);
  });

  it('is per GPU instance on a device that is cut up', async () => {
    const source = sourceOf(
      migDouble(
        [
          [1, 0],
          [1, 1],
          [5, 0],
        ],
        { gpm: gpmDouble({ sample: () => 3 }) },
      ),
    );
    await source.read(signal);
    const sample = await source.read(signal);
    expect(valuesOf(sample)).toMatchObject({ 'gpu.engine.sm/1': 0.02, 'gpu.engine.sm/5': 0.02 });
    expect(missingOf(sample)).toMatchObject({ 'gpu.engine.sm': 'mig' });
  });

  it('says of a device without it: not supported, and asks no more', async () => {
    let asked = 0;
    const gpm = gpmDouble({ supported: () => ((asked += 1), ok(false)) });
    const source = sourceOf(nvmlDouble({ gpm }));
    await source.read(signal);
    expect(missingOf(await source.read(signal))).toMatchObject(noEngines);
    expect(asked).toBe(1);
    expect(gpm.live.size).toBe(0);
  });

  it('misses one metric without the others', async () => {
    const gpm = gpmDouble({ compare: (_from, _to, ids) => ok(ids.map((id) => (id === 5 ? fails(3) : ok(id)))) });
    const source = sourceOf(nvmlDouble({ gpm }));
    await source.read(signal);
    const sample = await source.read(signal);
    expect(missingOf(sample)).toEqual({ 'gpu.engine.tensor': 'not-supported' });
    expect(valuesOf(sample)).toMatchObject({ 'gpu.engine.dram': 0.1 });
  });

  it('gives its samples back at the end, and those of a lost device at once', async () => {
    const gpm = gpmDouble();
    let lost = false;
    const temperature = (device: bigint) => (lost && device === handleAt(1) ? fails(15) : ok(40));
    const source = sourceOf(nvmlDouble({ deviceCount: () => ok(2), gpm, temperature }));
    await source.read(signal);
    expect(gpm.live.size).toBe(4);
    lost = true;
    await source.read(signal);
    expect(gpm.live.size).toBe(2);
    await source.close();
    expect(gpm.live.size).toBe(0);
  });
});

describe('XID errors', () => {
  let events: XidEvent[];
  const nextXid = (): Answer<XidEvent> => {
    const event = events.shift();
    return event === undefined ? fails(10) : ok(event);
  };

  const xidsOf = ({ readings }: Sample): readonly string[] =>
    readings.flatMap(({ name, gpu, value }) => (name === 'gpu.xid' ? `${gpu} ${value}` : []));

  beforeEach(() => {
    events = [];
  });

  it('are neither there nor missing where there was none', async () => {
    const sample = await readOnce(nvmlDouble({ nextXid }));
    expect(valuesOf(sample)).not.toHaveProperty('gpu.xid');
    expect(missingOf(sample)).not.toHaveProperty('gpu.xid');
  });

  it('are told each, once, of the device that had them', async () => {
    const source = sourceOf(nvmlDouble({ deviceCount: () => ok(2), nextXid }));
    await source.read(signal);
    events = [
      { device: handleAt(1), xid: 79 },
      { device: handleAt(0), xid: 13 },
      { device: handleAt(1), xid: 43 },
      { device: handleAt(1), xid: 43 },
    ];
    expect(xidsOf(await source.read(signal))).toEqual(['GPU-1 79', 'GPU-0 13', 'GPU-1 43', 'GPU-1 43']);
    expect(xidsOf(await source.read(signal))).toEqual([]);
    events = [{ device: handleAt(1), xid: 79 }];
    expect(xidsOf(await source.read(signal))).toEqual(['GPU-1 79']);
  });

  it('are told of a device that is lost by one', async () => {
    let lost = false;
    const source = sourceOf(nvmlDouble({ nextXid, uuid: () => (lost ? fails(15) : ok('GPU-0')) }));
    await source.read(signal);
    lost = true;
    events = [{ device: handleAt(0), xid: 79 }];
    const sample = await source.read(signal);
    expect(valuesOf(sample)).toEqual({ 'gpu.xid': 79 });
    expect(sample.devices).toMatchObject([{ lost: true }]);
  });

  it('are asked for once per device, in one event set', async () => {
    const watched: (readonly [bigint, bigint])[] = [];
    let sets = 0n;
    const source = sourceOf(
      nvmlDouble({
        deviceCount: () => ok(2),
        createEventSet: () => ok((sets += 1n)),
        watchXid: (device, events) => watched.push([device, events]) && 0,
      }),
    );
    await source.read(signal);
    await source.read(signal);
    expect(watched).toEqual([
      [handleAt(0), 1n],
      [handleAt(1), 1n],
    ]);
  });

  it('do not keep a read that has no end of them', async () => {
    let fetched = 0;
    const endless = (): Answer<XidEvent> => {
      fetched += 1;
      return ok({ device: handleAt(0), xid: 13 });
    };
    expect(xidsOf(await readOnce(nvmlDouble({ nextXid: endless })))).toHaveLength(32);
    expect(fetched).toBe(32);
  });
});

describe('its life', () => {
  it('opens and initialises the library once', async () => {
    const calls: string[] = [];
    const source = new NvmlSource(() => {
      calls.push('open');
      return Promise.resolve(
        nvmlDouble({
          init: () => calls.push('init') && 0,
          shutdown: () => calls.push('shutdown') && 0,
          unload: () => calls.push('unload'),
        }),
      );
    });
    await source.read(signal);
    await source.read(signal);
    await source.close();
    await source.close();
    expect(calls).toEqual(['open', 'init', 'shutdown', 'unload']);
  });

  it('closes without ever having been read', async () => {
    await expect(sourceOf(nvmlDouble()).close()).resolves.toBeUndefined();
  });

  it('says why when the library is not there, and looks again at the next read', async () => {
    let there = false;
    const failure = { result: 'spawn', message: 'no library', absent: true } as const;
    const source = new NvmlSource(() =>
      there ? Promise.resolve(nvmlDouble()) : Promise.reject(new CollectionError(failure)),
    );
    expect(await failureOf(source.read(signal))).toEqual(failure);
    there = true;
    expect((await source.read(signal)).devices).toHaveLength(1);
  });

  it('does not begin a read that nobody waits for', async () => {
    let opened = false;
    const source = new NvmlSource(() => {
      opened = true;
      return Promise.resolve(nvmlDouble());
    });
    await expect(source.read(AbortSignal.abort())).rejects.toThrow(/abort/i);
    expect(opened).toBe(false);
  });

  it('tells or misses only names of the vocabulary, each once per place', async () => {
    const source = sourceOf(
      migDouble(
        [
          [1, 0],
          [5, 0],
        ],
        { gpm: gpmDouble(), deviceCount: () => ok(2) },
      ),
    );
    await source.read(signal);
    const { readings, missing } = await source.read(signal);
    const places = [...readings, ...missing].map(({ name, gpu, instance }) => `${name} ${gpu} ${instance ?? ''}`);
    expect(new Set(places).size).toBe(places.length);
    expect([...readings, ...missing].filter(({ name }) => !(name in readingUnits))).toEqual([]);
  });
});
