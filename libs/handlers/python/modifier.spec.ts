import { expect, it } from 'vitest';
import { handlerFile, HandlerTrial } from '../handler-trial.ts';

it('61: whatever a modifier answers is told as it is: a number, or what it was instead', async () => {
  const text = `
import asyncio, runpod

async def doubled(current):
    return current * 2

answers = [
    lambda: None, lambda: True, lambda: "5", lambda: float("nan"), lambda: float("inf"), lambda: -1, lambda: 0,
    lambda: 2.5, lambda: 10 ** 9, lambda: len(5), lambda: exit(1), lambda: doubled(4),
]

def modifier(current):
    return answers[current]()

runpod.serverless.start({"handler": lambda job: "ran", "concurrency_modifier": modifier})
`;
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await trial.start();
  const told = [];
  for (let current = 0; current < 12; current += 1) told.push(await trial.handler.modify(current));
  expect(told).toEqual([
    { invalid: 'NoneType: None' },
    { invalid: 'bool: True' },
    { invalid: "str: '5'" },
    { invalid: 'nan' },
    { invalid: 'inf' },
    -1,
    0,
    2.5,
    1_000_000_000,
    { invalid: "raised TypeError: object of type 'int' has no len()" },
    { invalid: 'raised SystemExit: 1' },
    8,
  ]);
  expect(await trial.result({})).toEqual({ outcome: 'succeeded', output: 'ran' });
});

it('61: an async modifier is awaited', async () => {
  const text = `
import asyncio, runpod
async def modifier(current):
    await asyncio.sleep(0)
    return current + 1
runpod.serverless.start({"handler": lambda job: 1, "concurrency_modifier": modifier})
`;
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await trial.start();
  expect(await trial.handler.modify(4)).toBe(5);
});

it('61: jobs run while a sync modifier sleeps', async () => {
  const text = `
import runpod, threading
go = threading.Event()
def modifier(current):
    go.wait()
    return 7
async def handler(job):
    if job["input"] == "go":
        go.set()
    return "ran"
runpod.serverless.start({"handler": handler, "concurrency_modifier": modifier})
`;
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await trial.start();
  const answer = trial.handler.modify(1);
  expect(await trial.result('first')).toMatchObject({ output: 'ran' });
  await trial.result('go');
  expect(await answer).toBe(7);
});
