import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Image } from './image.ts';
import { asContainer, inRoot } from './own-namespace.ts';
import { freePort } from '../e2e/standalone-process.ts';

export interface Booted {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly output: () => string;
  /** As `docker exec`: a command beside it, with the same rights. */
  readonly inside: (command: readonly string[]) => Promise<Said>;
  /** Resolves with the exit code, or the signal's name. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | string>;
}

export interface Said {
  readonly status: number;
  readonly text: string;
}

/**
 * A command of Flyball as the image's entrypoint runs it, as process 1. Resolves when its log says that it has started.
 * @throws when it exits before, with what it printed
 */
export async function boot(
  { root, image }: { readonly root: string; readonly image: Image },
  command: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<Booted> {
  const port = String(await freePort());
  const environment = { ...settings, PORT: port };
  const container = asContainer(image, environment);
  const [program = '', ...words] = inRoot('run', root, [...container, ...image.entrypoint, ...command]);
  // What a test that has given up leaves ends too.
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], timeout: 60_000, killSignal: 'SIGKILL' });
  const exit = once(child, 'exit').then(([code, signal]: unknown[]) => (code ?? signal) as number | string);
  let printed = '';
  const started = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
        if (printed.includes('"event":"process-started"')) resolve();
      });
    }
  });
  const early = exit.then((status) => Promise.reject(new Error(`flyball exited with ${status}:\n${printed}`)));
  await Promise.race([started, early]);
  // The child is unshare, which waits for process 1 of the namespace.
  const first = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
  return {
    url: `http://127.0.0.1:${port}`,
    output: () => printed,
    inside: async (beside) => enter(first, [...container, ...beside]),
    stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) process.kill(Number(first), signal);
      return exit;
    },
  };
}

async function enter(pid: string, command: readonly string[]): Promise<Said> {
  const words = ['--target', pid, '--mount', '--pid', '--root', ...command];
  return new Promise((resolve, reject) => {
    execFile('nsenter', words, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ status: Number(error?.code ?? 0), text: `${stdout}${stderr}`.trim() });
    });
  });
}
