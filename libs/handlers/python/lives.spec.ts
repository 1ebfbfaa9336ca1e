import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { expect, it, vi } from 'vitest';
import { handlerFile, HandlerTrial } from '../handler-trial.ts';

async function started(text: string, options = {}): Promise<HandlerTrial> {
  const trial = new HandlerTrial(handlerFile('handler.py', text), options);
  await trial.start();
  return trial;
}

/** Empty when the process is gone; one that nobody has waited for yet is gone too. */
function stateOf(pid: number): string {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return stdout.trim().replace(/^Z.*/, '');
}

const handler = `
import asyncio, os, signal, sys, threading, runpod

async def handler(job):
    kind = job["input"]
    if kind == "pid":
        return os.getpid()
    runpod.serverless.progress_update(job, "running")
    if kind == "die":
        print("last words")
        os._exit(1)
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if kind == "exit":
        sys.exit(3)
    if kind == "interrupt":
        raise KeyboardInterrupt
    if kind == "exit in a task":
        await asyncio.create_task(leave())
    if kind == "refresh":
        return {"refresh_worker": True, "a": 1}
    if kind == "wait":
        try:
            await asyncio.sleep(600)
        except asyncio.CancelledError:
            return "stopped"
    if kind == "stubborn":
        while True:
            try:
                await asyncio.sleep(600)
            except asyncio.CancelledError:
                pass
    return kind

async def leave():
    sys.exit()
`;
const start = 'runpod.serverless.start({"handler": handler})\n';

it('58: sys.exit and KeyboardInterrupt fail their own job only', async () => {
  const trial = await started(handler + start);
  const wait = trial.attempt('wait');
  await wait.begun;
  const failed = { outcome: 'failed', errorType: 'handler-exited', retry: false };
  expect(await trial.result('exit')).toEqual({ ...failed, message: 'handler called sys.exit(3)' });
  expect(await trial.result('exit in a task')).toEqual({ ...failed, message: 'handler called sys.exit()' });
  expect(await trial.result('interrupt')).toEqual({ ...failed, message: 'handler raised KeyboardInterrupt' });
  wait.stop('cancelled');
  expect(await wait.result).toEqual({ outcome: 'succeeded', output: 'stopped' });
  expect(trial.states.filter(({ state }) => state === 'up')).toHaveLength(1);
});

it.each([
  ['die', 'exited with code 1'],
  ['kill', 'was killed by SIGKILL'],
])('58: the jobs of a process that ends by %s are lost attempts, and it starts again', async (kind, detail) => {
  const trial = await started(handler + start);
  const wait = trial.attempt('wait');
  await wait.begun;
  const message = `the handler's process ${detail}`;
  const lost = { outcome: 'failed', errorType: 'handler-exited', message, retry: true, processDied: true };
  for (const attempt of [trial.attempt(kind), wait]) {
    expect(await attempt.result).toEqual(lost);
  }
  expect(trial.handler.ready).toBe(false);
  await trial.upTimes(2);
  expect(await trial.result('fine')).toEqual({ outcome: 'succeeded', output: 'fine' });
});

it('58: what a job printed right before the crash is in the log, with its id', async () => {
  const trial = await started(handler + start);
  await trial.result('die', { id: 'job-9' });
  expect(trial.states).toContainEqual({ state: 'log', level: 'info', message: 'last words', jobId: 'job-9' });
});

it('replaces the process of a job that ignores its timeout; its neighbours may be tried again', async () => {
  const trial = await started(handler + start);
  const [stubborn, wait] = [trial.attempt('stubborn'), trial.attempt('wait')];
  await Promise.all([stubborn.begun, wait.begun]);
  stubborn.stop('timeout');
  expect(await stubborn.result).toMatchObject({ outcome: 'timed-out' });
  expect(await wait.result).toMatchObject({ outcome: 'failed', errorType: 'handler-exited', retry: true });
  expect(trial.states).toContainEqual(expect.objectContaining({ state: 'down', cause: 'unresponsive' }));
});

it('60: a returned refresh_worker replaces the process once the others are done', async () => {
  const trial = await started(handler + start);
  const before = await trial.result('pid');
  const wait = trial.attempt('wait');
  await wait.begun;
  expect(await trial.result('refresh')).toEqual({ outcome: 'succeeded', output: { a: 1 }, refreshWorker: true });
  expect(trial.handler.ready).toBe(false);
  wait.stop('cancelled');
  expect(await wait.result).toMatchObject({ output: 'stopped' });
  await trial.upTimes(2);
  expect(trial.states).toContainEqual(expect.objectContaining({ state: 'down', cause: 'refresh' }));
  expect(await trial.result('pid')).not.toEqual(before);
});

it('60: refresh_worker in the config replaces it after every job, errors too', async () => {
  const trial = await started(
    `
import os, runpod
def handler(job):
    if job["input"] == "raise":
        raise ValueError(os.getpid())
    return os.getpid()
runpod.serverless.start({"handler": handler, "refresh_worker": True})
`,
  );
  const first = await trial.result('pid');
  expect(first).toMatchObject({ outcome: 'succeeded', refreshWorker: true });
  expect(await trial.result('raise')).toMatchObject({ outcome: 'failed', refreshWorker: true });
  expect(await trial.result('pid')).not.toEqual(first);
});

it("63: the user's SIGTERM handler runs when the worker closes, and what follows start() too", async () => {
  const trial = await started(
    `
import runpod, signal
signal.signal(signal.SIGTERM, lambda number, frame: print("saving the cache"))
runpod.serverless.start({"handler": lambda job: 1})
print("after start")
`,
  );
  await trial.handler.close(5000);
  const messages = trial.states.flatMap((state) => (state.state === 'log' ? [state.message] : []));
  expect(messages).toEqual(['saving the cache', 'after start']);
});

it('leaves no process behind when it closes, and takes along what the handler started', async () => {
  const file = handlerFile(
    'handler.py',
    `
import runpod, subprocess, os
child = subprocess.Popen(["sleep", "600"])
runpod.serverless.start({"handler": lambda job: [os.getpid(), child.pid]})
`,
  );
  const trial = new HandlerTrial(file);
  await trial.start();
  const result = await trial.result({});
  const pids = 'output' in result ? (result.output as readonly number[]) : [];
  expect(pids).toHaveLength(2);
  await trial.handler.close(5000);
  expect(pids.map(stateOf)).toEqual(['', '']);
});

it('ends by itself when its parent is killed', async () => {
  const file = handlerFile('handler.py', `import os, runpod\n${start.replace('handler}', 'lambda job: os.getpid()}')}`);
  const parent = spawn(process.execPath, ['--conditions=flyball-source', '--input-type=module'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  parent.stdin.end(`
    const { createHandler } = await import(${JSON.stringify(new URL('../index.ts', import.meta.url).href)});
    const log = (state) => state.state === 'log' && console.log(state.message);
    const handler = createHandler(${JSON.stringify(file)}, { workerId: 'w', endpointId: 'e' }, log);
    await handler.start(new AbortController().signal);
    const policy = { executionTimeout: 1000, ttl: 1000, lowPriority: false };
    const context = { signal: new AbortController().signal };
    console.log((await handler.run({ id: 'a', input: 1, extra: {}, policy, enqueuedAt: 0, attempt: 1 }, context)).output);
  `);
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(stateOf(pid)).not.toBe('');
  parent.kill('SIGKILL');
  await vi.waitFor(() => expect(stateOf(pid)).toBe(''), { timeout: 10_000, interval: 100 });
});
