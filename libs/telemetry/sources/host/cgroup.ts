import { readFile } from 'node:fs/promises';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { shareOfGrowth, type CpuUse, type HostProbes } from './host-probes.ts';
import { openPressure } from './pressure.ts';
import { numberAfter, SmallFile } from './small-file.ts';

export interface CgroupPlace {
  /** Where cgroup v2 is mounted. */
  readonly mount: string;
  /** Names the process's own group: `0::PATH`. */
  readonly self: string;
}

/**
 * What the kernel accounts to our own container or service (cgroup v2): CPU used over the CPU allowed, memory that cannot
 * be dropped over the memory allowed. Without a limit the machine's size is the limit. Answers with no probes where there
 * is no cgroup v2.
 */
export async function openCgroup(place: CgroupPlace, now: () => number): Promise<HostProbes> {
  const own = await ownGroup(place);
  const cpu = await openCpu(await limitingGroup(place.mount, own, 'cpu.max'), now);
  const memory = await openMemory(await limitingGroup(place.mount, own, 'memory.max'));
  const pressure = await openPressure((resource) => join(own, `${resource}.pressure`));
  return {
    ...(cpu && { cpu: cpu.read }),
    ...(memory && { memory: memory.read }),
    ...(pressure && { pressure: pressure.read }),
    close: async () => {
      await Promise.all([cpu?.close(), memory?.close(), pressure?.close()]);
    },
  };
}

async function ownGroup({ mount, self }: CgroupPlace): Promise<string> {
  const text = await readFile(self, 'latin1').catch(() => '');
  const path = /^0::(.*)$/m.exec(text)?.[1] ?? '/';
  const own = join(mount, path);
  // A container that sees the host's path has only its own group mounted.
  const exists = await readFile(join(own, 'cgroup.controllers')).then(
    () => true,
    () => false,
  );
  return exists ? own : mount;
}

/** The nearest group, from our own upwards, that sets this limit; our own where none does. */
async function limitingGroup(mount: string, own: string, file: string): Promise<string> {
  for (let group = own; group.length >= mount.length; group = dirname(group)) {
    const text = await readFile(join(group, file), 'latin1').catch(() => 'max');
    if (!text.startsWith('max')) return group;
    if (group === mount) break;
  }
  return own;
}

interface Probe<Value> {
  readonly read: () => Promise<Value>;
  readonly close: () => Promise<void>;
}

async function openCpu(group: string, now: () => number): Promise<Probe<CpuUse> | undefined> {
  const [stat, max] = await Promise.all([
    SmallFile.open(join(group, 'cpu.stat')),
    SmallFile.open(join(group, 'cpu.max')),
  ]);
  // Without a quota file this is the root group or one without the controller: the machine's numbers are better.
  if (stat === undefined || max === undefined) {
    await Promise.all([stat?.close(), max?.close()]);
    return undefined;
  }
  const share = shareOfGrowth();
  let allowedTime = 0;
  let last = now();
  return {
    read: async () => {
      const [usage, quota] = await Promise.all([stat.text(), max.text()]);
      const t = now();
      // The quota may change while we run, so the time allowed is summed up.
      allowedTime += (t - last) * 1000 * allowedCpus(quota);
      last = t;
      const used = numberAfter(usage, 'usage_usec ');
      if (used === undefined) throw new Error(`${group}/cpu.stat has no usage_usec`);
      const throttledUs = numberAfter(usage, 'throttled_usec ');
      return {
        share: share(used, allowedTime),
        ...(throttledUs !== undefined && { throttled: throttledUs / 1e6 }),
      };
    },
    close: async () => {
      await Promise.all([stat.close(), max.close()]);
    },
  };
}

/** `QUOTA PERIOD` in µs, or `max PERIOD`. */
function allowedCpus(text: string): number {
  const [quota, period] = text.split(' ').map(Number);
  const limited = quota !== undefined && period !== undefined && quota > 0 && period > 0;
  return limited ? Math.min(quota / period, availableParallelism()) : availableParallelism();
}

async function openMemory(
  group: string,
): Promise<Probe<{ readonly used: number; readonly limit: number }> | undefined> {
  const [current, max, stat] = await Promise.all([
    SmallFile.open(join(group, 'memory.current')),
    SmallFile.open(join(group, 'memory.max')),
    SmallFile.open(join(group, 'memory.stat')),
  ]);
  const close = async (): Promise<void> => {
    await Promise.all([current?.close(), max?.close(), stat?.close()]);
  };
  if (current === undefined || max === undefined || stat === undefined) {
    await close();
    return undefined;
  }
  return {
    read: async () => {
      const [used, limit, parts] = await Promise.all([current.text(), max.text(), stat.text()]);
      // Cache that nobody used lately is given back when memory runs short.
      const droppable = numberAfter(parts, 'inactive_file ') ?? 0;
      const bytes = Number.parseInt(used, 10);
      if (!Number.isFinite(bytes)) throw new Error(`${group}/memory.current is no number`);
      const most = Number.parseInt(limit, 10);
      return { used: Math.max(0, bytes - droppable), limit: Number.isFinite(most) ? most : totalmem() };
    },
    close,
  };
}
