import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { readOomKills } from './oom-kills.ts';

function machine(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'flyball-cgroup-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

const events = 'low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n';
const control = 'oom_kill_disable 0\nunder_oom 0\noom_kill 5\n';

it.each([
  ['its own cgroup', { 'proc/self/cgroup': '0::/pod/app\n', 'sys/fs/cgroup/pod/app/memory.events': events }, 2],
  ['a container, where that is the root', { 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/memory.events': events }, 2],
  [
    'version 1',
    {
      'proc/self/cgroup': '5:cpu:/x\n4:memory:/pod/app\n0::/\n',
      'sys/fs/cgroup/memory/pod/app/memory.oom_control': control,
    },
    5,
  ],
  ['nothing, without cgroups', {}, 0],
])('reads %s', (_, files, kills) => {
  expect(readOomKills(machine(files))).toBe(kills);
});
