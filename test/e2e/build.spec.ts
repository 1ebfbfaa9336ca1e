import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { freePort } from './standalone-process.ts';

let checkout: string;

/** A checkout with a build of its own, as `npm start` finds it. */
beforeAll(() => {
  checkout = mkdtempSync(join(tmpdir(), 'flyball-build-'));
  for (const path of ['package.json', 'tsconfig.json', 'apps', 'libs', 'scripts', 'dist']) {
    // Specs need the tests' own files.
    cpSync(path, join(checkout, path), { recursive: true, filter: (each) => !/\.spec\./.test(each) });
  }
  symlinkSync(resolve('node_modules'), join(checkout, 'node_modules'));
});
afterAll(() => rmSync(checkout, { recursive: true }));

describe('npm run build', () => {
  it('never takes the program away from a worker that runs, and leaves nothing old behind', async () => {
    writeFileSync(join(checkout, 'dist', 'renamed.js'), '');
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const env = {
      ...process.env,
      PORT: String(port),
      HANDLER_ISOLATION: 'process',
      QUEUE_ATTEMPTS: '1',
      QUEUE_URL: `sqlite:${join(checkout, 'queue.db')}`,
      TELEMETRY_GPU: 'none',
    };
    const command = [join(checkout, 'dist/apps/cli/main.js'), 'start', resolve('test/fixtures/handlers/many.mjs')];
    const worker = spawn(process.execPath, command, { env, stdio: 'ignore' });
    onTestFinished(() => void worker.kill('SIGKILL'));
    const isReady = (): Promise<boolean> =>
      fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(isReady, { timeout: 20_000 }).toBe(true);
    const runsync = async (input: unknown): Promise<unknown> => {
      const response = await fetch(`${url}/v2/local/runsync`, { method: 'POST', body: JSON.stringify({ input }) });
      return ((await response.json()) as { readonly status: string }).status;
    };
    const build = startBuild();
    const underWay = (): boolean => readdirSync(checkout).some((name) => name.startsWith('dist.next-'));
    await expect.poll(underWay, { timeout: 20_000 }).toBe(true);
    // The next job needs a new process, which is started from files of dist.
    expect(await runsync({ exit: 3 })).toBe('FAILED');
    expect(await runsync({})).toBe('COMPLETED');
    expect(build.exitCode).toBeNull();
    expect(await statusOf(build)).toBe(0);
    expect(await runsync({ exit: 3 })).toBe('FAILED');
    expect(await runsync({})).toBe('COMPLETED');
    worker.kill('SIGTERM');
    expect(await statusOf(worker)).toBe(0);
    expect(readdirSync(checkout).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
    expect(existsSync(join(checkout, 'dist', 'renamed.js'))).toBe(false);
  }, 120_000);

  it('leaves the last build in place when it fails', async () => {
    writeFileSync(join(checkout, 'libs', 'broken.ts'), "export const wrong: number = 'text';\n");
    expect(await statusOf(startBuild())).toBe(1);
    expect(readdirSync(checkout).filter((name) => name.startsWith('dist'))).toEqual(['dist']);
    expect(existsSync(join(checkout, 'dist', 'apps/cli/main.js'))).toBe(true);
  }, 60_000);
});

function startBuild(): ChildProcess {
  return spawn('npm', ['run', '--silent', 'build'], { cwd: checkout, stdio: 'ignore' });
}

async function statusOf(child: ChildProcess): Promise<unknown> {
  const [status] = (await once(child, 'exit')) as unknown[];
  return status;
}
