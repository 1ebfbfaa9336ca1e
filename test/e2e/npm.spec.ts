import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-npm-'));
  mkdirSync(join(folder, 'node_modules', '.bin'), { recursive: true });
  symlinkSync(resolve('dist/apps/cli/main.js'), join(folder, 'node_modules', '.bin', 'flyball'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it.each([
  ['npx', ['flyball']],
  ['npm', ['exec', '--', 'flyball']],
])('a worker that %s started drains when it is killed', async (npm, command) => {
  const env = { ...process.env, PORT: '0', QUEUE_URL: `sqlite:${join(folder, 'queue.db')}`, TELEMETRY_GPU: 'none' };
  const handler = resolve('test/fixtures/handlers/many.mjs');
  const started = spawn(npm, [...command, 'start', handler], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
  const phases: unknown[] = [];
  // Ends when nobody has the pipe any more, the worker neither.
  for await (const text of createInterface({ input: started.stdout })) {
    if (!text.startsWith('{')) continue;
    const line = JSON.parse(text) as Readonly<Record<string, unknown>>;
    if (line['event'] === 'process-started') started.kill('SIGKILL');
    if (line['event'] === 'shutdown-phase') phases.push(line['phase']);
  }
  expect(started.signalCode).toBe('SIGKILL');
  expect(phases).toEqual(['draining', 'stopped']);
});
