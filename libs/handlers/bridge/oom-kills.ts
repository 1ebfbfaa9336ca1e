import { readFileSync } from 'node:fs';

/** Processes the kernel has killed for memory in this process's cgroup so far (v2, else v1); 0 where it cannot be read. */
export function readOomKills(): number {
  for (const path of counterPaths()) {
    const count = /^oom_kill (\d+)$/m.exec(read(path))?.[1];
    if (count !== undefined) return Number(count);
  }
  return 0;
}

/** In a container the own cgroup is usually mounted as the root. */
function counterPaths(): readonly string[] {
  const lines = read('/proc/self/cgroup').split('\n');
  const unified = lines.find((line) => line.startsWith('0::'))?.slice('0::'.length) ?? '';
  const memory = /^\d+:[^:]*\bmemory\b[^:]*:(.*)$/m.exec(lines.join('\n'))?.[1] ?? '';
  return [
    `/sys/fs/cgroup${unified}/memory.events`,
    '/sys/fs/cgroup/memory.events',
    `/sys/fs/cgroup/memory${memory}/memory.oom_control`,
    '/sys/fs/cgroup/memory/memory.oom_control',
  ];
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
