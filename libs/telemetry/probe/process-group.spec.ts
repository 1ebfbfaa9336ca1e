import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { groupAlive, isLiveMember } from './process-group.ts';

describe('a line of /proc/PID/stat', () => {
  it('tells a live member of the group from a stranger', () => {
    expect([isLiveMember(stat({}), 40), isLiveMember(stat({}), 41)]).toEqual([true, false]);
  });

  it('tells a zombie from one that lives, and from one that has lost only its first thread', () => {
    expect(isLiveMember(stat({ state: 'Z' }), 40)).toBe(false);
    expect(isLiveMember(stat({ state: 'Z', threads: 2 }), 40)).toBe(true);
    expect(isLiveMember(stat({ state: 'D' }), 40)).toBe(true);
  });

  it('may hold a command with spaces and brackets', () => {
    expect(isLiveMember(stat({ command: ') Z 1 41 (' }), 40)).toBe(true);
  });

  it('is none when the process has ended', () => {
    expect(isLiveMember('', 40)).toBe(false);
  });
});

describe.skipIf(process.platform !== 'linux')('a process group', () => {
  it('is alive until its last process has ended', async () => {
    const group = spawn('sh', ['-c', 'sleep 600 & exec sleep 600'], { detached: true, stdio: 'ignore' });
    const { pid = 0 } = group;
    expect(groupAlive(pid)).toBe(true);
    process.kill(-pid, 'SIGKILL');
    await once(group, 'exit');
    await vi.waitFor(() => expect(groupAlive(pid)).toBe(false));
  });

  it('is not alive as a zombie, which stays where process 1 reaps nobody', async () => {
    // What was the shell does not know of the child that it has.
    const script = 'setsid sh -c "exit 0" & echo $!; exec sleep 600';
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(await once(parent.stdout, 'data'));
    await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z '));
    expect(() => process.kill(-pid, 0)).not.toThrow();
    expect(groupAlive(pid)).toBe(false);
    parent.kill('SIGKILL');
  });

  it('is alive without its leader', async () => {
    const group = spawn('sh', ['-c', 'sleep 600 & exit 0'], { detached: true, stdio: 'ignore' });
    const { pid = 0 } = group;
    await once(group, 'exit');
    expect(groupAlive(pid)).toBe(true);
    process.kill(-pid, 'SIGKILL');
    await vi.waitFor(() => expect(groupAlive(pid)).toBe(false));
  });
});

function stat({ command = 'node', state = 'S', threads = 1 }): string {
  const afterSession = Array.from({ length: 13 }, () => 0);
  return `42 (${command}) ${state} 7 40 40 ${afterSession.join(' ')} ${threads} 0 12345`;
}
