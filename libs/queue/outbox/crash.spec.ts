import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { openOutbox } from './open.ts';

const child = new URL('crash.spec.child.ts', import.meta.url).pathname;

/** Runs the child until it has said `lines` lines, then kills it in the middle of whatever it does. */
async function runAndKill(folder: string, round: number, lines: number): Promise<readonly string[]> {
  const running = spawn(process.execPath, ['--conditions=flyball-source', child, folder, String(round)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: string[] = [];
  for await (const line of createInterface({ input: running.stdout })) {
    said.push(line);
    if (said.length === lines) running.kill('SIGKILL');
  }
  if (running.signalCode === null && running.exitCode === null) await once(running, 'exit');
  return said;
}

it('loses no result that it has promised to keep when its process is killed under load, again and again', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-outbox-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const kept = new Set<string>();
  const given = new Set<string>();
  for (let round = 0; round < 3; round += 1) {
    for (const line of await runAndKill(folder, round, 1500)) {
      const [what, id = ''] = line.split(' ');
      (what === 'kept' ? kept : given).add(id);
    }
  }
  const bodies = new Map<string, string>();
  const outbox = await openOutbox({
    folder,
    deliver: async ({ id, body }) => {
      bodies.set(id, body.toString());
      return 'accepted';
    },
  });
  await outbox.flush(AbortSignal.timeout(10_000));
  expect(outbox.results).toBe(0);
  await outbox.close();
  expect(kept.size).toBeGreaterThan(1000);
  expect([...kept].filter((id) => !given.has(id) && !bodies.has(id))).toEqual([]);
  for (const [id, body] of bodies) expect(body.startsWith(`body of ${id} `)).toBe(true);
});
