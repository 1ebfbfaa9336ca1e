import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const module = fileURLToPath(new URL('die-with-parent.ts', import.meta.url));

/** Says its pid and whether the kernel was told, and is then stuck in a call that never returns. */
const probe = `
  const { dieWithParent } = await import(${JSON.stringify(module)});
  const told = await dieWithParent();
  process.stdout.write(JSON.stringify({ pid: process.pid, told }) + '\\n', () => {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;
const parent = `
  import { spawn } from 'node:child_process';
  spawn(process.execPath, ['--conditions=flyball-source', '--input-type=module', '-e', process.env.PROBE], {
    detached: true,
    stdio: ['ignore', 'inherit', 'ignore'],
  });
`;

describe.skipIf(process.platform !== 'linux')('dieWithParent (Linux)', () => {
  it('ends a process that is stuck in a call when its parent is killed', async () => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', parent], {
      env: { ...process.env, PROBE: probe },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line]: unknown[] = await once(child.stdout, 'data');
    const { pid, told } = JSON.parse(String(line)) as { pid: number; told: boolean };
    const ended = once(child.stdout, 'close').then(() => 'ended');
    const tooLate = AbortSignal.timeout(10_000);
    child.kill('SIGKILL');
    // The probe holds the other end of the pipe for as long as it lives.
    const outcome = await Promise.race([ended, once(tooLate, 'abort').then(() => 'still there')]);
    if (outcome !== 'ended') process.kill(pid, 'SIGKILL');
    expect({ told, outcome }).toEqual({ told: true, outcome: 'ended' });
  });
});
