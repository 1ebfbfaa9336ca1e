import type { Pressure } from './host-probes.ts';
import { SmallFile } from './small-file.ts';

const resources = ['cpu', 'memory', 'io'] as const;

/** Pressure stall information, of a cgroup or of the machine; undefined where the kernel keeps none. */
export async function openPressure(
  pathOf: (resource: (typeof resources)[number]) => string,
): Promise<{ readonly read: () => Promise<Pressure>; readonly close: () => Promise<void> } | undefined> {
  const opened = await Promise.all(
    resources.map(async (resource) => ({ resource, file: await SmallFile.open(pathOf(resource)) })),
  );
  const present = opened.flatMap(({ resource, file }) => (file === undefined ? [] : [{ resource, file }]));
  if (present.length === 0) return undefined;
  return {
    read: async () => {
      const shares = await Promise.all(
        present.map(async ({ resource, file }) => [resource, someWaited(await file.text())] as const),
      );
      return Object.fromEntries(shares.filter(([, share]) => share !== undefined));
    },
    close: async () => {
      await Promise.all(present.map(({ file }) => file.close()));
    },
  };
}

/** `some avg10=1.23 …` is a percentage. */
function someWaited(text: string): number | undefined {
  const percent = /^some avg10=([\d.]+)/m.exec(text)?.[1];
  return percent === undefined ? undefined : Number(percent) / 100;
}
