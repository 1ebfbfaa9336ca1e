import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * npm that is killed tells nobody, and what it had started (npx, npm exec, npm run) would live on with nobody left to stop
 * it: whoever was started by npm stops, as by SIGTERM, when npm is gone; also what a script leaves in the background.
 */
export function endWithNpm(environment: NodeJS.ProcessEnv): void {
  if (environment['npm_lifecycle_event'] === undefined && environment['npm_execpath'] === undefined) return;
  const npm = starter(process.ppid);
  if (npm === undefined) return;
  const timer = setInterval(() => {
    if (isThere(npm)) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, everyMs);
  timer.unref();
}

const everyMs = 500;
const shells = /^-?(?:sh|ash|dash|bash|zsh|ksh|busybox)$/;

/** npm runs commands by a shell, which may stay between; undefined where nobody can tell. */
function starter(parent: number): number | undefined {
  let pid = parent;
  for (let process = look(pid); process !== undefined && pid > 1; process = look(pid)) {
    if (!shells.test(process.name)) return pid;
    pid = process.parent;
  }
  return undefined;
}

function look(pid: number): { readonly name: string; readonly parent: number } | undefined {
  const [, name = '', parent] = /^\d+ \((.*)\) \S (\d+)/s.exec(statOf(pid)) ?? [];
  return parent === undefined ? undefined : { name, parent: Number(parent) };
}

/** As Linux writes it: `PID (NAME) STATE PARENT …` */
function statOf(pid: number): string {
  if (process.platform === 'win32') return '';
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/stat`, 'utf8');
    const { stdout } = spawnSync('ps', ['-o', 'ppid=,comm=', '-p', String(pid)], { encoding: 'utf8' });
    const [, parent = '', path = ''] = /^\s*(\d+)\s+(.*?)\s*$/s.exec(stdout) ?? [];
    return `${pid} (${path.split('/').at(-1) ?? ''}) ? ${parent}`;
  } catch {
    return '';
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is there too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
