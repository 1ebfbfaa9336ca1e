import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Processes the kernel has killed for memory in this process's cgroup so far (v2, else v1); 0 where it cannot be read.
 * @param root where /proc and /sys are
 */
export function readOomKills(root = '/'): number {
  for (const path of counterPaths(read(join(root, 'proc/self/cgroup')))) {
    const count = /^oom_kill (\d+)$/m.exec(read(join(root, 'sys/fs/cgroup', path)))?.[1];
    if (count !== undefined) return Number(count);
  }
  return 0;
}

/** In a container the own cgroup is usually mounted as the root. */
function counterPaths(groups: string): readonly string[] {
  const unified = /^0::(.*)$/m.exec(groups)?.[1] ?? '';
  const memory = /^\d+:(?:[^:]*,)?memory(?:,[^:]*)?:(.*)$/m.exec(groups)?.[1] ?? '';
  return [
    `${unified}/memory.events`,
    'memory.events',
    `memory/${memory}/memory.oom_control`,
    'memory/memory.oom_control',
  ];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
