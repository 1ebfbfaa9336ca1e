import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Sample } from '#libs/core';
import { HostSource } from './host-source.ts';

let root = '';
let t = 0;
let source: HostSource;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'flyball-host-'));
  t = 0;
  source = new HostSource(() => t, { proc: join(root, 'proc'), cgroup: join(root, 'cgroup') });
});
afterEach(async () => {
  await source.close();
  await rm(root, { recursive: true });
});

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

const machine = {
  'proc/stat': 'cpu  100 0 100 700 100 0 0 0 0 0\ncpu0 1 2 3\n',
  'proc/meminfo': 'MemTotal:       8000 kB\nMemFree:        1000 kB\nMemAvailable:   6000 kB\n',
  'proc/self/cgroup': '0::/\n',
};

function group(path: string): Readonly<Record<string, string>> {
  return {
    [`cgroup/${path}cgroup.controllers`]: 'cpu memory io\n',
    [`cgroup/${path}cpu.stat`]: 'usage_usec 1000000\nuser_usec 1\nthrottled_usec 7\n',
    [`cgroup/${path}cpu.max`]: '50000 100000\n',
    [`cgroup/${path}memory.current`]: '6000000\n',
    [`cgroup/${path}memory.max`]: '10000000\n',
    [`cgroup/${path}memory.stat`]: 'anon 4000000\nactive_file 500000\ninactive_file 1500000\n',
    [`cgroup/${path}cpu.pressure`]: 'some avg10=12.50 avg60=1.00 avg300=0.00 total=1\nfull avg10=99.00\n',
  };
}

function values({ readings }: Sample): Readonly<Record<string, number>> {
  return Object.fromEntries(readings.map(({ name, value }) => [name, value]));
}

describe('HostSource', () => {
  it('counts CPU over the quota and memory that cannot be dropped over the limit, in a container', async () => {
    await write({ ...machine, ...group('') });
    const first = await source.read();
    expect(first.missing).toContainEqual({ name: 'host.cpu', why: 'warming-up' });
    t = 2000;
    await write({ 'cgroup/cpu.stat': 'usage_usec 1250000\nthrottled_usec 1500000\n' });
    // 0.25 s of CPU in 2 s with half a CPU allowed.
    expect(values(await source.read())).toEqual({
      'host.cpu': 0.25,
      'host.cpu.throttled': 1.5,
      'host.memory.used': 4_500_000,
      'host.memory.limit': 10_000_000,
      'host.pressure.cpu': 0.125,
    });
  });

  it('follows a quota that changes while it runs', async () => {
    await write({ ...machine, ...group('') });
    await source.read();
    t = 1000;
    await write({ 'cgroup/cpu.stat': 'usage_usec 1100000\n', 'cgroup/cpu.max': 'max 100000\n' });
    expect(values(await source.read())['host.cpu']).toBeCloseTo(0.1 / availableParallelism(), 5);
  });

  it('takes the limits of the nearest group above that sets any', async () => {
    const own = {
      ...group('service/'),
      'cgroup/service/memory.max': 'max\n',
      'cgroup/service/cpu.max': 'max 100000\n',
    };
    await write({ ...machine, ...group(''), ...own, 'proc/self/cgroup': '1:name=systemd:/x\n0::/service\n' });
    await write({ 'cgroup/service/memory.current': '1\n' });
    expect(values(await source.read())).toMatchObject({
      'host.memory.used': 4_500_000,
      'host.memory.limit': 10_000_000,
    });
  });

  it('takes the machine for the limit where no group sets one', async () => {
    await write({ ...machine, ...group(''), 'cgroup/memory.max': 'max\n' });
    expect(values(await source.read())['host.memory.limit']).toBeCloseTo(totalmem(), -6);
  });

  it('tells the machine’s numbers where there is no cgroup v2', async () => {
    await write({ ...machine, 'proc/self/cgroup': '4:memory:/job\n0::/\n' });
    await source.read();
    t = 1000;
    await write({ 'proc/stat': 'cpu  150 0 100 800 150 0 0 0 0 0\n' });
    const sample = await source.read();
    expect(values(sample)).toEqual({
      'host.cpu': 0.25,
      'host.memory.used': 2000 * 1024,
      'host.memory.limit': 8000 * 1024,
    });
    expect(sample.missing.every(({ why }) => why === 'not-supported')).toBe(true);
    expect(sample.missing.map(({ name }) => name).toSorted()).toEqual([
      'host.cpu.throttled',
      'host.pressure.cpu',
      'host.pressure.io',
      'host.pressure.memory',
    ]);
  });

  it('says that a reading failed when its file no longer makes sense, and keeps the others', async () => {
    await write({ ...machine, ...group('') });
    await source.read();
    await write({ 'cgroup/memory.current': 'what\n' });
    t = 1000;
    const sample = await source.read();
    expect(sample.missing.filter(({ why }) => why === 'failed')).toEqual([
      { name: 'host.memory.used', why: 'failed' },
      { name: 'host.memory.limit', why: 'failed' },
    ]);
    expect(values(sample)['host.cpu']).toBe(0);
  });

  it('reads the host it runs on', async () => {
    const real = new HostSource(() => performance.now());
    const sample = await real.read();
    await real.close();
    expect(values(sample)['host.memory.used']).toBeGreaterThan(0);
  });
});
