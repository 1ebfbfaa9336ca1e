import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqliteQueue } from './open.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'flyball-crash-'));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const child = new URL('crash.spec.child.ts', import.meta.url).pathname;

/** Runs the child until it has said `lines` lines, then kills it in the middle of whatever it does. */
async function runAndKill(path: string, round: number, lines: number): Promise<readonly string[]> {
  const running = spawn(process.execPath, ['--conditions=flyball-source', child, path, String(round)], {
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

it('keeps all it has promised when its process is killed under load, again and again', async () => {
  const path = join(directory, 'queue.db');
  const sent = new Set<string>();
  const done = new Set<string>();
  for (let round = 0; round < 3; round += 1) {
    for (const line of await runAndKill(path, round, 1500)) {
      const [what, id = ''] = line.split(' ');
      (what === 'sent' ? sent : done).add(id);
    }
  }
  expect(done.size).toBeGreaterThan(100);

  const queue = await openSqliteQueue({ path, endpoint: 'local', worker: 'last', attempts: 3, limit: 100_000 });
  for (const id of done) expect(await queue.get(id)).toMatchObject({ status: 'COMPLETED', output: { of: id } });
  for (const id of sent) expect(await queue.get(id)).toMatchObject({ id });
  const { waiting, leased } = (await queue.depth()) ?? {};
  expect(leased).toBe(0);
  const rest = await queue.take(100_000, new AbortController().signal);
  for (const lease of rest) await lease.succeed({ of: lease.job.id });
  expect(waiting).toBeGreaterThanOrEqual(rest.length);
  await queue.close();

  const db = new DatabaseSync(path);
  const rows = db.prepare('SELECT status, count(*) AS n FROM job GROUP BY status').all();
  const count = (status: number): number => Number(rows.find((row) => row['status'] === status)?.['n'] ?? 0);
  const tally = db.prepare('SELECT waiting, leased, completed, failed FROM tally').get();
  db.close();
  expect(tally).toEqual({ waiting: count(0), leased: count(1), completed: count(2), failed: count(3) });
});
