import { shareOfGrowth, type HostProbes } from './host-probes.ts';
import { openPressure } from './pressure.ts';
import { numberAfter, SmallFile } from './small-file.ts';

/** The whole Linux machine, from /proc; also what a process under cgroup v1 is told. */
export async function openProc(proc: string): Promise<HostProbes> {
  const [stat, meminfo, pressure] = await Promise.all([
    SmallFile.open(`${proc}/stat`),
    SmallFile.open(`${proc}/meminfo`),
    openPressure((resource) => `${proc}/pressure/${resource}`),
  ]);
  const share = shareOfGrowth();
  return {
    ...(stat && {
      cpu: async () => {
        const { busy, total } = cpuTicks(await stat.text());
        return { share: share(busy, total) };
      },
    }),
    ...(meminfo && {
      memory: async () => {
        const text = await meminfo.text();
        const total = numberAfter(text, 'MemTotal:');
        const available = numberAfter(text, 'MemAvailable:');
        if (total === undefined || available === undefined) throw new Error(`${proc}/meminfo lacks MemAvailable`);
        return { used: (total - available) * 1024, limit: total * 1024 };
      },
    }),
    ...(pressure && { pressure: pressure.read }),
    close: async () => {
      await Promise.all([stat?.close(), meminfo?.close(), pressure?.close()]);
    },
  };
}

/** `cpu user nice system idle iowait irq softirq steal guest …`; guest time is in user time already. */
function cpuTicks(text: string): { readonly busy: number; readonly total: number } {
  const ticks = text.slice(0, text.indexOf('\n')).trim().split(/\s+/).slice(1, 9).map(Number);
  const total = ticks.reduce((sum, each) => sum + each, 0);
  const [, , , idle = 0, waiting = 0] = ticks;
  if (!Number.isFinite(total)) throw new Error('the first line of /proc/stat is not understood');
  return { busy: total - idle - waiting, total };
}

/**
 * The whole machine where there is no /proc. The module is loaded only here: its import alone blocks for 0.2 s. Only
 * these two of its functions are ever called; `graphics()` would block the event loop on nvidia-smi.
 */
export async function openSystemInformation(): Promise<HostProbes> {
  const { currentLoad, mem } = await import('systeminformation');
  return {
    cpu: async () => ({ share: (await currentLoad()).currentLoad / 100 }),
    memory: async () => {
      const { total, available } = await mem();
      return { used: total - available, limit: total };
    },
    close: () => Promise.resolve(),
  };
}
