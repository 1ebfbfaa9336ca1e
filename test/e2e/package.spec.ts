import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from './standalone-process.ts';

let folder: string;

/** As a user gets it: packed, and installed into an empty folder. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'flyball-package-'));
  const packed = execFileSync('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], {
    encoding: 'utf8',
  });
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
  const tarball = join(folder, packed.trim().split('\n').at(-1) ?? '');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--silent', tarball], { cwd: folder });
}, 180_000);

afterAll(() => rmSync(folder, { recursive: true }));

/** `npx flyball start HANDLER`, one job, SIGTERM. */
async function runOne(
  handler: string,
  input: unknown,
): Promise<{ readonly answer: unknown; readonly status: unknown }> {
  const port = await freePort();
  const env = { ...process.env, PORT: String(port) };
  const flyball = spawn('npx', ['flyball', 'start', handler], { cwd: folder, env, stdio: 'ignore', detached: true });
  const exit = once(flyball, 'exit');
  const ask = () =>
    fetch(`http://127.0.0.1:${port}/v2/local/runsync`, { method: 'POST', body: JSON.stringify({ input }) }).then(
      (response): Promise<unknown> => response.json(),
      () => undefined,
    );
  let answer = await ask();
  for (let tries = 0; answer === undefined && tries < 300; tries += 1) {
    await new Promise((done) => setTimeout(done, 50));
    answer = await ask();
  }
  process.kill(-(flyball.pid ?? 0), 'SIGTERM');
  const [status] = (await exit) as unknown[];
  return { answer, status };
}

describe('the package, installed in an empty folder', () => {
  it('runs a JavaScript handler', async () => {
    writeFileSync(join(folder, 'handler.mjs'), 'export default async (job) => ({ twice: job.input.n * 2 });');
    const { answer } = await runOne('./handler.mjs', { n: 21 });
    expect(answer).toMatchObject({ status: 'COMPLETED', output: { twice: 42 } });
  });

  it('runs a Python handler', async () => {
    writeFileSync(
      join(folder, 'handler.py'),
      'import runpod\n\n\nasync def handler(job):\n    return job["input"]["n"] * 2\n\n\nrunpod.serverless.start({"handler": handler})\n',
    );
    const { answer } = await runOne('./handler.py', { n: 21 });
    expect(answer).toMatchObject({ status: 'COMPLETED', output: 42 });
  });

  it('has types for programs and for strategies', () => {
    writeFileSync(
      join(folder, 'program.ts'),
      `import { start, type Running } from 'flyball';
import type { Strategy } from 'flyball/strategy';
import { z } from 'zod';

const config = z.strictObject({ step: z.number().default(1) });
const mine: Strategy<z.infer<typeof config>, Record<string, never>> = {
  name: 'mine',
  summary: 'one step at a time',
  config,
  initialState: () => ({}),
  step: (state, { limit }, { step }) => ({ state, decision: { limit: limit + step, reason: 'headroom' } }),
};

export async function main(): Promise<Running> {
  return start({
    handler: async (job, { signal }) => ({ id: job.id, aborted: signal.aborted }),
    concurrencyModifier: (current) => current + 1,
    returnAggregateStream: true,
    strategies: [mine],
    settings: { CONCURRENCY_STRATEGY: 'mine' },
  });
}
`,
    );
    const tsc = resolve('node_modules/.bin/tsc');
    const options = '--noEmit --strict --module nodenext --target es2023 --lib es2024,esnext.disposable'.split(' ');
    const types = ['--types', 'node', '--typeRoots', resolve('node_modules/@types')];
    const check = () => execFileSync(tsc, [...options, ...types, 'program.ts'], { cwd: folder, encoding: 'utf8' });
    expect(check()).toBe('');
  });

  it('starts from a program, with a strategy of its own', async () => {
    writeFileSync(
      join(folder, 'program.mjs'),
      `import { start } from 'flyball';
import { z } from 'zod';
const mine = {
  name: 'mine', summary: 'always three', config: z.strictObject({}), initialState: () => ({}),
  step: (state) => ({ state, decision: { limit: 3, reason: 'steady' } }),
};
const flyball = await start({
  handler: async (job) => job.input,
  strategies: [mine],
  settings: { CONCURRENCY_STRATEGY: 'mine', PORT: '0', QUEUE_URL: 'sqlite:./program.db', LOG_LEVEL: 'warn' },
});
const answer = await fetch(flyball.url + '/v2/local/runsync', { method: 'POST', body: '{"input":5}' });
console.log((await answer.json()).output);
await flyball.stop();
`,
    );
    expect(execFileSync('npx', ['node', 'program.mjs'], { cwd: folder, encoding: 'utf8' }).trim()).toBe('5');
  });
});
