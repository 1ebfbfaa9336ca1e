import { expect, it } from 'vitest';
import { handlerFile, HandlerTrial } from '../handler-trial.ts';

const text = `
import runpod, threading
from runpod.serverless import progress_update

late = []

async def asynchronous(job):
    for step in range(1000):
        assert progress_update(job, {"step": step}) is None

def handler(job):
    kind = job["input"]
    if kind == "async":
        return asynchronous(job)
    if kind == "loop":
        for step in range(1000):
            progress_update(job, {"step": step})
    if kind == "thread":
        thread = threading.Thread(target=lambda: progress_update(job, ["from", "a thread"]))
        thread.start()
        thread.join()
    if kind == "set":
        runpod.serverless.progress_update(job, {1})
    if kind == "late":
        late.append(job)
    for ended in late:
        if ended is not job:
            progress_update(ended, "late")
    return "done"

runpod.serverless.start({"handler": handler})
`;

it.each(['loop', 'async'])('51: of 1,000 updates from %s code the last one wins, in order', async (kind) => {
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await trial.start();
  const attempt = trial.attempt(kind);
  await attempt.result;
  const steps = (attempt.progress as readonly { readonly step: number }[]).map(({ step }) => step);
  expect(steps.at(-1)).toBe(999);
  expect(steps).toEqual([...steps].toSorted((a, b) => a - b));
});

it('51: takes updates from any thread, none after the result, and drops what is no JSON with a warning', async () => {
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await trial.start();
  const thread = trial.attempt('thread');
  await thread.result;
  expect(thread.progress).toEqual([['from', 'a thread']]);
  const late = trial.attempt('late', { id: 'job-2' });
  await late.result;
  await trial.result('plain', { id: 'job-3' });
  expect(late.progress).toEqual([]);
  const set = trial.attempt('set');
  expect(await set.result).toEqual({ outcome: 'succeeded', output: 'done' });
  expect(set.progress).toEqual([]);
  expect(trial.warnings).toEqual([expect.stringContaining('progress is a set')]);
});
