import { expect, it } from 'vitest';
import { handlerFile, HandlerTrial } from '../handler-trial.ts';

async function started(text: string): Promise<HandlerTrial> {
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await trial.start();
  return trial;
}

it('59: a cancel reaches an async handler as CancelledError', async () => {
  const trial = await started(`
import asyncio, runpod
async def handler(job):
    runpod.serverless.progress_update(job, "running")
    try:
        await asyncio.sleep(600)
    except asyncio.CancelledError:
        print("cancelled at the await")
        raise
runpod.serverless.start({"handler": handler})
`);
  for (const [reason, outcome] of [
    ['cancelled', 'cancelled'],
    ['timeout', 'timed-out'],
  ] as const) {
    const attempt = trial.attempt({});
    await attempt.begun;
    attempt.stop(reason);
    expect(await attempt.result).toMatchObject({ outcome });
  }
  expect(trial.states).toContainEqual(expect.objectContaining({ message: 'cancelled at the await' }));
});

it('59: a cancelled sync handler keeps its slot until it returns, with a warning; its result is dropped', async () => {
  const trial = await started(`
import runpod, threading
go = threading.Event()
def handler(job):
    if job["input"] == "go":
        go.set()
    if job["input"] != "wait":
        return job["input"]
    runpod.serverless.progress_update(job, "running")
    go.wait()
    return "too late"
runpod.serverless.start({"handler": handler})
`);
  const attempt = trial.attempt('wait');
  await attempt.begun;
  attempt.stop('cancelled');
  await trial.seen((state) => state.state === 'log' && state.message.includes('cannot be interrupted'));
  const first = await Promise.race([attempt.result, trial.result('other')]);
  expect(first).toEqual({ outcome: 'succeeded', output: 'other' });
  await trial.result('go');
  expect(await attempt.result).toMatchObject({ outcome: 'cancelled' });
});

it('59: a cancelled stream stops at its next yield and runs its cleanup', async () => {
  const trial = await started(`
import runpod, time
def handler(job):
    runpod.serverless.progress_update(job, "running")
    try:
        while True:
            time.sleep(0.001)
            yield 1
    finally:
        print("cleaned up")
runpod.serverless.start({"handler": handler})
`);
  const attempt = trial.attempt({});
  await attempt.begun;
  attempt.stop('cancelled');
  expect(await attempt.result).toMatchObject({ outcome: 'cancelled' });
  expect(trial.states).toContainEqual(expect.objectContaining({ message: 'cleaned up' }));
});

it('an attempt that is stopped at once ends once, by the stop or before it, and the next one runs', async () => {
  const trial = await started(`
import runpod
def handler(job):
    print("ran")
runpod.serverless.start({"handler": handler})
`);
  const attempt = trial.attempt({});
  attempt.stop('cancelled');
  expect(['cancelled', 'succeeded']).toContain((await attempt.result).outcome);
  expect(await trial.result({})).toMatchObject({ outcome: 'succeeded' });
  const ran = trial.states.filter((state) => state.state === 'log' && state.message === 'ran');
  expect(ran.length).toBeLessThanOrEqual(2);
});
