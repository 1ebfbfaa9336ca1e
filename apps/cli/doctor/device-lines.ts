import type { Device, MigDevice, Sample } from '#libs/core';
import { readingLines } from './reading-words.ts';

/** A device: who it is, what it says, and what MIG made of it. */
export function deviceLines(device: Device, { readings }: Sample): readonly string[] {
  const { gpu, mig, instances = [], lost } = device;
  const title = titleOf(device);
  if (lost) return [`${title}: lost. It was there and does not answer any more.`, `  ${whenLost}`];
  const own = readings.filter((reading) => reading.gpu === gpu);
  const parts = Map.groupBy(instances, ({ instance }) => instance);
  return [
    title,
    ...readingLines(own.filter(({ instance }) => instance === undefined)).map((line) => `  ${line}`),
    ...(mig === 'on' ? [`  ${migWords(parts.size)}`] : []),
    ...[...parts].flatMap(([instance, members]) => [
      `  Instance ${instance}: ${namesOf(members)}`,
      ...readingLines(own.filter((reading) => reading.instance === instance)).map((line) => `    ${line}`),
    ]),
  ];
}

const whenLost =
  'Look for lines with Xid in dmesg on the host; reset the GPU (nvidia-smi --gpu-reset) or reboot the host, then restart the container.';

function titleOf({ gpu, index, model, driver }: Device): string {
  const number = index === undefined ? 'GPU' : `GPU ${index}`;
  return [`${number}: ${model ?? 'unknown model'}`, ...(driver === undefined ? [] : [`driver ${driver}`]), gpu].join(
    ', ',
  );
}

function migWords(parts: number): string {
  return `MIG is on: the GPU is cut into instances, and ${parts} of them can be seen here. No tool tells its utilisation then: steer by memory (signal gpu-memory), deadlines or throughput.`;
}

/** `1g.10gb, MIG-…`; several names where compute instances share the memory of one. */
function namesOf(members: readonly MigDevice[]): string {
  const profiles = new Set(members.flatMap(({ profile }) => profile ?? []));
  const names = [...profiles, ...members.flatMap(({ uuid }) => uuid ?? [])];
  return names.length === 0 ? 'its name is not told' : names.join(', ');
}
