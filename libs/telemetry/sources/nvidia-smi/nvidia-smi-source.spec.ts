import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Sample } from '#libs/core';
import {
  makeFakeNvidiaSmi,
  type FakeNvidiaSmi,
  type FakeNvidiaSmiOptions,
} from '../../../../test/doubles/fake-nvidia-smi.ts';
import { NvidiaSmiSource } from './nvidia-smi-source.ts';

const never = new AbortController().signal;
const originalPath = process.env['PATH'];
const fakes: FakeNvidiaSmi[] = [];

afterEach(async () => {
  process.env['PATH'] = originalPath;
  for (const fake of fakes.splice(0)) await fake.close();
});

describe('documents, through node-nvidia-smi', () => {
  it.each(['v11-515', 'v12-525', 'v12-535', 'v12-570', 'v12-580-blackwell', 'v13-595'])(
    'of %s are read',
    async (document) => {
      await onPath({ document, light: true });
      const sample = await new NvidiaSmiSource().read(never);
      expect(sample.devices).toHaveLength(1);
      expect(valueOf(sample, 'gpu.utilization')).toBe(0.45);
      expect(valueOf(sample, 'gpu.memory.used')).toBe(12_288 * 2 ** 20);
      expect(valueOf(sample, 'gpu.power')).toBe(210.5);
    },
  );

  it('follow what they are set to: 0 is 0, each spelling is missing, for its reason', async () => {
    const fake = await onPath({ light: true });
    const source = new NvidiaSmiSource();
    for (const [text, expected] of Object.entries(utilizations)) {
      fake.set({ 'utilization.gpu_util': text });
      const sample = await source.read(never);
      expect([text, valueOf(sample, 'gpu.utilization') ?? whyOf(sample, 'gpu.utilization')]).toEqual([text, expected]);
    }
  });

  it('follow a plant that lives', async () => {
    const fake = await onPath({ light: true, gpus: 2 });
    const source = new NvidiaSmiSource();
    fake.live({ utilization: 0.375, memoryUsedBytes: 3 * 2 ** 30, powerWatts: 99.5 }, 1);
    const { readings, devices } = await source.read(never);
    const second = readings.filter(({ gpu }) => gpu === devices?.[1]?.gpu);
    expect(second).toContainEqual(expect.objectContaining({ name: 'gpu.utilization', value: 0.38 }));
    expect(second).toContainEqual(expect.objectContaining({ name: 'gpu.memory.used', value: 3 * 2 ** 30 }));
    expect(second).toContainEqual(expect.objectContaining({ name: 'gpu.power', value: 99.5 }));
  });

  it('show eight devices, and seven when one has vanished', async () => {
    const fake = await onPath({ document: 'v12-570', gpus: 8, play: 'ok,vanish' });
    const source = new NvidiaSmiSource();
    const before = (await source.read(never)).devices?.map(({ gpu }) => gpu);
    expect(before).toHaveLength(8);
    expect((await source.read(never)).devices?.map(({ gpu }) => gpu)).toEqual(before?.slice(0, 7));
    expect(fake.calls()).toHaveLength(2);
  });

  it('are asked for once at a time, and once for two readers', async () => {
    const fake = await onPath({ play: 'slow:50' });
    const source = new NvidiaSmiSource();
    const [one, other] = await Promise.all([source.read(never), source.read(never)]);
    expect(other).toBe(one);
    await source.read(never);
    expect(fake.calls().map(({ args, others }) => [args.join(' '), others])).toEqual([
      ['-q -x', 0],
      ['-q -x', 0],
    ]);
    await source.close();
  });
});

describe('answers that node-nvidia-smi refuses', () => {
  it.each(['stderr', 'exit:14', 'big'])(
    '(%s) are read by our own command, one for each read after the first',
    async (play) => {
      const fake = await onPath({ play });
      const source = new NvidiaSmiSource();
      for (const _ of [1, 2, 3]) expect(valueOf(await source.read(never), 'gpu.utilization')).toBe(0.45);
      expect(fake.calls()).toHaveLength(4);
      expect(fake.calls().every(({ others }) => others === 0)).toBe(true);
    },
  );

  it('are asked of it again once they have been good for so many reads', async () => {
    const ours = await fakeOf({ play: 'stderr*2,ok' });
    const theirs = await onPath({ play: 'stderr,ok' });
    const source = new NvidiaSmiSource({ env: { PATH: ours.path }, ownReads: 2 });
    const commands = [];
    for (const _ of [1, 2, 3, 4, 5]) {
      await source.read(never);
      commands.push([theirs.calls().length, ours.calls().length]);
    }
    expect(commands).toEqual([
      [1, 1],
      [1, 2],
      [1, 3],
      [1, 4],
      [2, 4],
    ]);
  });

  it('may be cut off once, and whole the next time', async () => {
    await onPath({ play: 'cut,ok' });
    expect(valueOf(await new NvidiaSmiSource().read(never), 'gpu.utilization')).toBe(0.45);
  });
});

describe('a failure', () => {
  it.each([
    ['exit:9', 'exit', "status 9: NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver"],
    ['exit:15', 'exit', 'GPU is lost'],
    ['exit:255', 'exit', 'status 255: Failed to initialize NVML: Unknown Error'],
    ['exit:6', 'empty', 'No devices were found'],
    ['zero', 'empty', 'shows no GPU'],
    ['cut', 'parse', 'not complete XML'],
    ['empty', 'parse', 'answered with nothing'],
    ['text', 'parse', 'Segmentation fault'],
  ])('(%s) is a result of the collection: %s', async (play, result, words) => {
    const fake = await onPath({ play });
    const source = new NvidiaSmiSource();
    for (const _ of [1, 2]) {
      await expect(source.read(never)).rejects.toMatchObject({
        name: 'CollectionError',
        failure: { result, message: expect.stringContaining(words), next: expect.stringMatching(/\.$/) },
      });
    }
    expect(fake.calls().length).toBeLessThanOrEqual(3);
  });

  it('for want of the command says that it is absent', async () => {
    process.env['PATH'] = '/nowhere';
    const reading = new NvidiaSmiSource().read(never);
    await expect(reading).rejects.toMatchObject({ failure: { result: 'spawn', absent: true } });
  });

  it('of a unit that is not known is one to parse', async () => {
    await onPath({ light: true, set: { 'clocks.sm_clock': '1.4 GHz' } });
    const reading = new NvidiaSmiSource().read(never);
    await expect(reading).rejects.toMatchObject({ failure: { result: 'parse' } });
  });

  it('does not outlast its cause', async () => {
    await onPath({ play: 'exit:9*2,ok' });
    const source = new NvidiaSmiSource();
    await expect(source.read(never)).rejects.toThrow('status 9');
    expect((await source.read(never)).devices).toHaveLength(1);
  });

  it('to answer in time ends our own command, and the next read finds none alive', async () => {
    const fake = await onPath({ play: 'stderr*2,hang-hard,ok' });
    const source = new NvidiaSmiSource();
    await source.read(never);
    const stop = new AbortController();
    const hanging = source.read(stop.signal);
    await vi.waitUntil(() => fake.calls().length >= 3, { timeout: 20_000, interval: 5 });
    stop.abort();
    await expect(hanging).rejects.toMatchObject({ failure: { result: 'timeout' } });
    await source.read(never);
    expect(fake.calls().map(({ others }) => others)).toEqual([0, 0, 0, 0]);
  });
});

describe('MIG devices', () => {
  it('are named by nvidia-smi -L, asked once until they change', async () => {
    const fake = await onPath({ document: 'mig-4' });
    const source = new NvidiaSmiSource();
    for (const _ of [1, 2]) {
      const { devices } = await source.read(never);
      expect(devices?.[0]?.instances?.map(({ profile, uuid }) => [profile, uuid?.slice(0, 12)])).toEqual([
        ['1c.2g.10gb', 'MIG-1a000000'],
        ['1c.2g.10gb', 'MIG-1a000000'],
        ['1g.5gb', 'MIG-1a000000'],
        ['1g.5gb', 'MIG-1a000000'],
      ]);
    }
    expect(listings(fake)).toBe(1);
    fake.show('mig-1');
    const { devices } = await source.read(never);
    expect(devices?.[0]?.instances).toEqual([
      { instance: '3', computeInstance: '0', uuid: 'MIG-1a000000-0111-4a00-8000-000000000001', profile: '3g.20gb' },
    ]);
    expect(listings(fake)).toBe(2);
  });

  it.each(['exit:255', 'hang-hard'])('have no names when nvidia-smi -L fails (%s), and all else', async (play) => {
    const fake = await onPath({ document: 'mig-1' });
    fake.playList(play);
    const source = new NvidiaSmiSource();
    for (const _ of [1, 2]) {
      const sample = await source.read(never);
      expect(sample.devices?.[0]?.instances).toEqual([{ instance: '3', computeInstance: '0' }]);
      expect(valueOf(sample, 'gpu.mig.memory.used')).toBe(1840 * 2 ** 20);
      expect(whyOf(sample, 'gpu.utilization')).toBe('mig');
    }
    expect(listings(fake)).toBe(1);
  });

  it('are not asked for without MIG', async () => {
    const fake = await onPath({ document: 'v12-570' });
    await new NvidiaSmiSource().read(never);
    expect(listings(fake)).toBe(0);
  });
});

const utilizations = {
  '0 %': 0,
  '100 %': 1,
  'N/A': 'not-supported',
  '[N/A]': 'not-supported',
  '[Not Supported]': 'not-supported',
  None: 'not-supported',
  '': 'not-supported',
  'Requested functionality has been deprecated': 'deprecated',
  '[Requested functionality has been deprecated]': 'deprecated',
  '[Insufficient Permissions]': 'no-permission',
  '[Unknown Error]': 'lost',
  '[GPU requires reset]': 'lost',
  'ERR!': 'lost',
};

async function fakeOf(options: FakeNvidiaSmiOptions): Promise<FakeNvidiaSmi> {
  const fake = await makeFakeNvidiaSmi(options);
  fakes.push(fake);
  return fake;
}

async function onPath(options: FakeNvidiaSmiOptions): Promise<FakeNvidiaSmi> {
  const fake = await fakeOf(options);
  process.env['PATH'] = `${fake.path}:${originalPath}`;
  return fake;
}

function listings(fake: FakeNvidiaSmi): number {
  return fake.calls().filter(({ args }) => args[0] === '-L').length;
}

function valueOf({ readings }: Sample, wanted: string): number | undefined {
  return readings.find(({ name }) => name === wanted)?.value;
}

function whyOf({ missing }: Sample, wanted: string): string | undefined {
  return missing.find(({ name }) => name === wanted)?.why;
}
