import { expect, it } from 'vitest';
import { handlerFile, HandlerTrial } from '../handler-trial.ts';

async function started(text: string): Promise<HandlerTrial> {
  const trial = new HandlerTrial(handlerFile('handler.mjs', text), { isolation: 'process' });
  await trial.start();
  return trial;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const answers = `
export const concurrencyModifier = (current) => current * 2;
export default async ({ input, id }, { progress, signal, attempt }) => {
  if (input === 'pid') return process.pid;
  progress({ id });
  if (input === 'exit') process.exit(3);
  if (input === 'timer') setTimeout(() => { throw new Error('in a timer') });
  if (input === 'kill') process.kill(process.pid, 'SIGKILL');
  if (input === 'loop') for (;;);
  if (input === 'refresh') return { refreshWorker: true };
  if (input === 'wait') return new Promise((done) => signal.addEventListener('abort', () => done('stopped')));
  if (input === 'chunks') return (async function* () { for (let n = 0; n < 100; n += 1) yield n; })();
  if (input === 'large') return 'x'.repeat(65 * 1024 * 1024);
  console.log('printed by ' + id);
  if (input === 'never' || input === 'timer') return new Promise(() => {});
  return { attempt };
};`;

it('runs jobs, streams, progress and the modifier in another process', async () => {
  const trial = await started(answers);
  expect(await trial.result('pid')).not.toMatchObject({ output: process.pid });
  expect(await trial.handler.modify(3)).toBe(6);
  const stream = trial.attempt('chunks');
  expect(await stream.result).toEqual({ outcome: 'succeeded', output: [] });
  expect(stream.chunks).toEqual(Array.from({ length: 100 }, (_, n) => n));
  const plain = trial.attempt('plain', { id: 'job-7' });
  expect(await plain.result).toEqual({ outcome: 'succeeded', output: { attempt: 1 } });
  expect(plain.progress).toEqual([{ id: 'job-7' }]);
  expect(trial.states).toContainEqual({ state: 'log', level: 'info', message: 'printed by job-7', jobId: 'job-7' });
});

it('fails only the job that exits or throws in a timer', async () => {
  const trial = await started(answers);
  const wait = trial.attempt('wait');
  expect(await trial.result('exit')).toMatchObject({
    errorType: 'handler-exited',
    message: 'handler called process.exit(3)',
  });
  expect(await trial.result('timer')).toMatchObject({ errorType: 'handler-threw' });
  wait.stop('cancelled');
  expect(await wait.result).toEqual({ outcome: 'succeeded', output: 'stopped' });
  expect(trial.states.filter(({ state }) => state === 'up')).toHaveLength(1);
});

it('loses the jobs of a process that dies, to be tried again, and starts it anew', async () => {
  const trial = await started(answers);
  const wait = trial.attempt('wait');
  await wait.begun;
  const kill = trial.attempt('kill');
  for (const attempt of [kill, wait]) {
    expect(await attempt.result).toEqual({
      outcome: 'failed',
      errorType: 'handler-exited',
      message: "the handler's process was killed by SIGKILL",
      retry: true,
      processDied: true,
    });
  }
  expect(trial.handler.ready).toBe(false);
  // Waits for the next process.
  expect(await trial.result('plain')).toMatchObject({ outcome: 'succeeded' });
  expect(trial.states).toContainEqual({ state: 'down', cause: 'exit', detail: 'was killed by SIGKILL' });
});

it('replaces the process of a job that does not end after its timeout, though it blocks the event loop', async () => {
  const trial = await started(answers);
  for (const input of ['never', 'loop']) {
    const attempt = trial.attempt(input);
    await attempt.begun;
    attempt.stop('timeout');
    expect(await attempt.result).toMatchObject({ outcome: 'timed-out', errorType: 'timeout' });
  }
  expect(trial.states).toContainEqual(expect.objectContaining({ state: 'down', cause: 'unresponsive' }));
  expect(await trial.result('plain')).toMatchObject({ outcome: 'succeeded' });
});

it('gives a cancelled job what is left of its execution timeout, then replaces its process', async () => {
  const trial = await started(answers);
  const policy = { executionTimeout: 100, ttl: 60_000, lowPriority: false };
  const attempt = trial.attempt('never', { policy });
  await attempt.begun;
  attempt.stop('cancelled');
  expect(await attempt.result).toMatchObject({ outcome: 'cancelled' });
  expect(trial.states).toContainEqual(expect.objectContaining({ state: 'down', cause: 'unresponsive' }));
});

it('calls a process that runs out of heap out of memory', async () => {
  const text = 'export default () => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); };';
  const env = { ...process.env, NODE_OPTIONS: '--max-old-space-size=32' };
  const trial = new HandlerTrial(handlerFile('handler.mjs', text), { isolation: 'process', env });
  await trial.start();
  expect(await trial.result({})).toMatchObject({ outcome: 'overloaded', errorType: 'out-of-memory', retry: true });
  expect(trial.states).toContainEqual(expect.objectContaining({ state: 'down', cause: 'out-of-memory' }));
});

it('60: replaces the process once the other jobs are done', async () => {
  const trial = await started(answers);
  const before = await trial.result('pid');
  const wait = trial.attempt('wait');
  await wait.begun;
  expect(await trial.result('refresh')).toEqual({ outcome: 'succeeded', output: undefined, refreshWorker: true });
  expect(trial.handler.ready).toBe(false);
  wait.stop('cancelled');
  expect(await wait.result).toMatchObject({ output: 'stopped' });
  await trial.upTimes(2);
  expect(trial.states).toContainEqual(expect.objectContaining({ state: 'down', cause: 'refresh' }));
  expect(await trial.result('pid')).not.toEqual(before);
});

it('fails a result above the limit and keeps the process', async () => {
  const trial = await started(answers);
  expect(await trial.result('large')).toMatchObject({
    errorType: 'bad-output',
    message: expect.stringContaining('above the limit'),
  });
  expect(await trial.result('plain')).toMatchObject({ outcome: 'succeeded' });
});

it('leaves no process behind when it closes, not even one that ignores being asked', async () => {
  const trial = await started(`process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); ${answers}`);
  const result = await trial.result('pid');
  const pid = Number('output' in result && result.output);
  expect(isAlive(pid)).toBe(true);
  await trial.handler.close(100);
  expect(isAlive(pid)).toBe(false);
  expect(await trial.result('plain')).toMatchObject({ outcome: 'failed', retry: true });
});

it('says why a handler cannot start', async () => {
  const file = handlerFile('handler.mjs', 'export const other = 1;');
  const trial = new HandlerTrial(file, { isolation: 'process' });
  await expect(trial.start()).rejects.toThrow(/^\[HANDLER_FAILED\] .*has no handler\. It exports other/);
});

it('says how a process died that was never ready', async () => {
  const trial = new HandlerTrial(handlerFile('handler.mjs', 'process.exit(7);'), { isolation: 'process' });
  await expect(trial.start()).rejects.toThrow(/HANDLER_FAILED.*exited with code 7 before it was ready/);
});

it('refuses to isolate an object', () => {
  const create = (): unknown => new HandlerTrial({ handler: () => 1 }, { isolation: 'process' });
  expect(create).toThrow(/HANDLER_UNKNOWN.*Give the path of a file/);
});
