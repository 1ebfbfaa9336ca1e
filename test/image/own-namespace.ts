import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Image } from './image.ts';

const script = fileURLToPath(new URL('enter-root.sh', import.meta.url));
/** The folder with `bin/node` in it. */
const node = dirname(dirname(realpathSync(process.execPath)));

/** Its mounts are seen by nobody else, and gone with its last process; so are its processes with the first. */
const unshare = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];

/** The words that run a command in a root of its own; its process 1. */
export function inRoot(mode: 'build' | 'run', root: string, command: readonly string[]): readonly string[] {
  return [...unshare, 'sh', script, mode, root, node, ...command];
}

/** The words that make of root what an engine starts: the image's user, folder and environment, and no rights beyond them. */
export function asContainer(image: Image, environment: Readonly<Record<string, string>>): readonly string[] {
  const variables = Object.entries({ PATH: enginePath, ...image.environment, ...environment });
  const set = variables.map(([name, value]) => `${name}=${value}`);
  const [uid = '', gid = ''] = image.user.split(':');
  const becomes = ['--reuid', uid, '--regid', gid, '--clear-groups', '--pdeathsig', 'KILL'];
  return ['env', '--ignore-environment', `--chdir=${image.folder}`, ...set, 'setpriv', ...becomes, ...withoutRights];
}

const withoutRights = ['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all'];

export const enginePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Why this machine cannot do that; undefined: it can. */
export function whyNotHere(): string | undefined {
  if (process.platform !== 'linux') return 'not Linux';
  if (process.getuid?.() !== 0) return 'not root';
  const [program = '', ...options] = unshare;
  const trial = 'mount -t tmpfs tmpfs /tmp && mount -t proc proc /proc && setpriv --version && useradd --help';
  const { status, stderr } = spawnSync(program, [...options, 'sh', '-c', trial], { encoding: 'utf8' });
  return status === 0 ? undefined : `no namespaces: ${stderr?.trim() || `unshare ends with ${status}`}`;
}
