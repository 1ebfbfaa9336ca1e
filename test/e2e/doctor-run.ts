import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { markProcesses } from '../fixtures/marked-processes.ts';

export interface DoctorRun {
  readonly status: number | string;
  /** By what was checked. */
  readonly findings: ReadonlyMap<string, { readonly mark: string; readonly text: string }>;
  readonly stderr: string;
  readonly seconds: number;
  /** Of its processes when it had ended. */
  readonly left: readonly number[];
}

const cli = fileURLToPath(new URL('../../dist/apps/cli/main.js', import.meta.url));

/**
 * `flyball doctor` as a user runs it, with these settings, on a machine with nothing on its PATH. `during` is told its
 * processes, over and over while it runs.
 */
export async function runDoctor(
  settings: Readonly<Record<string, string>>,
  during: (pids: readonly number[]) => void = () => undefined,
): Promise<DoctorRun> {
  const mark = markProcesses();
  const folder = mkdtempSync(join(tmpdir(), 'flyball-doctor-'));
  const start = performance.now();
  const env = { PATH: folder, HOME: folder, ...settings, ...mark.environment };
  const child = spawn(process.execPath, [cli, 'doctor'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const printed = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream].setEncoding('utf8').on('data', (text: string) => (printed[stream] += text));
  }
  const watch = setInterval(() => during(mark.pids()), 100);
  const status = await new Promise<number | string>((resolve) => {
    child.on('close', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
  clearInterval(watch);
  const seconds = (performance.now() - start) / 1000;
  const left = mark.pids();
  for (const pid of left) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
  return { status, findings: findingsIn(printed.stdout), stderr: printed.stderr, seconds, left };
}

/** Lines that follow are indented; their breaks are for the eye. */
function findingsIn(stdout: string): DoctorRun['findings'] {
  const blocks = stdout.split(/^(?=(?:ok|-|FAILED) +[a-z])/m).slice(1);
  return new Map(
    blocks.map((block) => {
      const [, mark = '', what = '', text = ''] = /^(\S+) +(\S+) +([\s\S]*)$/.exec(block) ?? [];
      return [what, { mark, text: text.replaceAll(/\s+/g, ' ').trim() }];
    }),
  );
}

/** Whether a process has loaded this library. */
export function hasLoaded(pid: number, library: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/maps`, 'latin1').includes(library);
  } catch {
    // It ended meanwhile.
    return false;
  }
}
