import { existsSync, readdirSync, readFileSync } from 'node:fs';

/** Whether a process of the group runs still. Zombies do not: where the worker is process 1, nobody reaps them. */
export function groupAlive(group: number): boolean {
  if (!groupExists(group)) return false;
  return process.platform === 'linux' ? hasLiveMember(group) : true;
}

/** Reads a line of `/proc/PID/stat`. */
export function isLiveMember(stat: string, group: number): boolean {
  // The command, in brackets, may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state = '', , processGroup] = fields;
  if (Number(processGroup) !== group) return false;
  if (state !== 'Z' && state !== 'X') return true;
  // A zombie with threads has lost only its first one; another may be stuck in the kernel.
  return Number(fields[17]) > 1;
}

function groupExists(group: number): boolean {
  try {
    process.kill(-group, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

function hasLiveMember(group: number): boolean {
  // Without /proc there is no telling; what exists counts as alive.
  if (!existsSync('/proc/self/stat')) return true;
  try {
    return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isLiveMember(statOf(name), group));
  } catch {
    // Out of file descriptors: what exists counts as alive.
    return true;
  }
}

function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch (error) {
    // It ended meanwhile.
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH')) return '';
    throw error;
  }
}
