import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(
  new URL('../../dist/apps/cli/main.js', import.meta.url).href.replace('/dist/dist/', '/dist/'),
);

export interface StandaloneProcess {
  readonly child: ChildProcess;
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** What it has printed so far. */
  readonly output: () => string;
  /** Resolves with the exit code, or the signal's name. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<number | string>;
}

/**
 * The built program as a user starts it: `flyball start HANDLER`. Resolves when it answers `/readyz`.
 * @throws when it exits before, with what it printed
 */
export async function startProcess(
  handler: string,
  env: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  /** `exit`: something else may answer on that port; wait for this process to end. */
  until: 'ready' | 'exit' = 'ready',
): Promise<StandaloneProcess> {
  return startCommand(['start', handler, ...args], env, until);
}

/** Any command of the built program that serves HTTP. */
export async function startCommand(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  until: 'ready' | 'exit' = 'ready',
): Promise<StandaloneProcess> {
  const port = env['PORT'] ?? String(await freePort());
  const child = spawn(process.execPath, [cli, ...command], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...env, PORT: port },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed = (printed + text).slice(-1_000_000);
    });
  }
  const exit = once(child, 'exit').then(([code, signal]: unknown[]) => (code ?? signal) as number | string);
  const url = `http://127.0.0.1:${port}`;
  let exited: number | string | undefined;
  void exit.then((status) => (exited = status));
  const started = performance.now();
  const isThere = async (): Promise<boolean> => until === 'ready' && answers(`${url}/readyz`);
  while (!(await isThere())) {
    if (exited !== undefined) throw new Error(`flyball exited with ${exited}:\n${printed}`);
    if (performance.now() - started > 30_000) throw new Error(`flyball is not ready after 30 s:\n${printed}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return {
    child,
    url,
    output: () => printed,
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exit;
    },
  };
}

async function answers(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(5000) }).then(
    ({ ok }) => ok,
    () => false,
  );
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
