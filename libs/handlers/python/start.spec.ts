import { chmodSync } from 'node:fs';
import { expect, it } from 'vitest';
import { handlerFile, HandlerTrial } from '../handler-trial.ts';

/** Written as RunPod's page "Build a concurrent handler" writes one. */
const documented = `
import runpod
import asyncio
import random

request_rate = 0

async def process_request(job):
    job_input = job["input"]
    delay = job_input.get("delay", 1)
    await asyncio.sleep(delay)
    return f"Processed: {job_input}"

def adjust_concurrency(current_concurrency):
    global request_rate
    request_rate = random.randint(60, 100)
    max_concurrency = 10
    if request_rate > 50 and current_concurrency < max_concurrency:
        return current_concurrency + 1
    return current_concurrency

if __name__ == "__main__":
    runpod.serverless.start({
        "handler": process_request,
        "concurrency_modifier": adjust_concurrency
    })
`;

it("52: a handler written as RunPod's documentation writes one runs without the runpod package", async () => {
  const trial = new HandlerTrial(handlerFile('handler.py', documented));
  expect(await trial.start()).toEqual({ hasModifier: true, sync: false });
  const results = await Promise.all([1, 2, 3].map((n) => trial.result({ delay: 0.01, n })));
  expect(results[2]).toEqual({ outcome: 'succeeded', output: "Processed: {'delay': 0.01, 'n': 3}" });
  expect(await trial.handler.modify(4)).toBe(5);
  expect(await trial.handler.modify(10)).toBe(10);
});

const withPackage = process.env['RUNPOD_PYTHON'] ?? '';

it.skipIf(withPackage === '')(
  '52: it runs with the runpod package (RUNPOD_PYTHON names a Python that has it)',
  async () => {
    const extended = documented.replace(
      'return f"',
      `
    runpod.serverless.progress_update(job, {"rate": request_rate})
    runpod.RunPodLogger().warn("from the package", job["id"])
    from runpod.serverless.utils.rp_validator import validate
    return validate and f"`,
    );
    const trial = new HandlerTrial(handlerFile('handler.py', extended), { python: withPackage });
    expect(await trial.start()).toEqual({ hasModifier: true, sync: false });
    const attempt = trial.attempt({ delay: 0.01 });
    expect(await attempt.result).toEqual({ outcome: 'succeeded', output: "Processed: {'delay': 0.01}" });
    expect(attempt.progress).toEqual([{ rate: 0 }]);
    expect(trial.states).toContainEqual({ state: 'log', level: 'warn', message: 'from the package', jobId: 'job-1' });
    expect(await trial.handler.modify(4)).toBe(5);
  },
);

it('53: max_concurrency and handlr each give one warning with the nearest name', async () => {
  const text =
    'import runpod\nrunpod.serverless.start({"handler": lambda job: 1, "max_concurrency": 3, "handlr": 1})\n';
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await trial.start();
  expect(trial.warnings).toEqual([
    expect.stringMatching(/"max_concurrency".*Did you mean "concurrency_modifier"/),
    expect.stringMatching(/"handlr".*Did you mean "handler"/),
  ]);
});

it('63: fitness checks run in order, sync and async, before the handler is ready', async () => {
  const trial = new HandlerTrial(
    handlerFile(
      'handler.py',
      `
import runpod
ran = []
@runpod.serverless.register_fitness_check
def gpu():
    ran.append("gpu")
@runpod.serverless.register_fitness_check
async def files():
    ran.append("files")
runpod.serverless.start({"handler": lambda job: ran})
`,
    ),
  );
  await trial.start();
  expect(await trial.result({})).toEqual({ outcome: 'succeeded', output: ['gpu', 'files'] });
});

it('63: a failing fitness check refuses the start, and names itself', async () => {
  const text = `
import runpod
@runpod.serverless.register_fitness_check
def disk():
    raise RuntimeError("model missing")
runpod.serverless.start({"handler": lambda job: 1})
`;
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await expect(trial.start()).rejects.toThrow(/^\[HANDLER_UNFIT\].*disk failed: RuntimeError: model missing/);
  expect(trial.handler.ready).toBe(false);
});

it.each([
  ['a file that is not there', undefined, /HANDLER_FAILED.*does not exist/],
  ['a file that never calls start', 'x = 1', /ended without calling runpod\.serverless\.start/],
  [
    'a missing package',
    'import no_such_package',
    /ModuleNotFoundError: No module named 'no_such_package'.*Install it for/,
  ],
  ['a part of runpod that only the package has', 'import runpod.serverless.utils', /pip install runpod/],
  ['a handler that is none', 'import runpod\nrunpod.serverless.start({})', /Give a function of the job/],
  ['an exit while loading', 'import sys\nsys.exit(4)', /SystemExit: 4/],
  ['a crash while loading', 'import os\nos._exit(9)', /exited with code 9 before it was ready/],
])('refuses to start with %s', async (_, text, message) => {
  const file = text === undefined ? './no-such-handler.py' : handlerFile('handler.py', text);
  await expect(new HandlerTrial(file).start()).rejects.toThrow(message);
});

it('gives up a start that is aborted while the model loads', async () => {
  const text = 'import time\nprint("loading", flush=True)\ntime.sleep(600)';
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  const stop = new AbortController();
  const starting = trial.handler.start(stop.signal);
  starting.catch(() => undefined);
  await trial.seen((state) => state.state === 'log' && state.message === 'loading');
  stop.abort();
  await expect(starting).rejects.toThrow(/HANDLER_FAILED/);
});

it('says that a Python is too old, or is none', async () => {
  const old = handlerFile(
    'python',
    `#!/bin/sh
exec python3 -c 'import sys, runpy; sys.argv = sys.argv[1:]; sys.version_info = (3, 8, 18); runpy.run_path(sys.argv[0], run_name="__main__")' "$@"
`,
  );
  chmodSync(old, 0o755);
  const file = handlerFile('handler.py', documented);
  await expect(new HandlerTrial(file, { python: old }).start()).rejects.toThrow(
    /is Python 3\.8\.18.*need 3\.10 or newer/,
  );
  await expect(new HandlerTrial(file, { python: '/no/python' }).start()).rejects.toThrow(
    /PYTHON=\/no\/python cannot be run/,
  );
});

it('passes the environment and the arguments, answers known flags with advice', async () => {
  const text = `
import os, sys, runpod
names = ["RUNPOD_POD_ID", "RUNPOD_ENDPOINT_ID", "RUNPOD_POD_HOSTNAME", "BUCKET_ENDPOINT_URL"]
def handler(job):
    return {"env": {name: os.environ.get(name) for name in names}, "argv": sys.argv[1:]}
runpod.serverless.start({"handler": handler})
`;
  const trial = new HandlerTrial(handlerFile('handler.py', text), {
    env: { ...process.env, RUNPOD_POD_HOSTNAME: 'pod-7', BUCKET_ENDPOINT_URL: 'https://bucket' },
    args: ['--rp_log_level', 'ERROR', '--mine', '--rp_serve_api', '--rp_api_port', '9000', 'x'],
  });
  await trial.start();
  expect(await trial.result({})).toMatchObject({
    output: {
      env: {
        RUNPOD_POD_ID: 'worker-1',
        RUNPOD_ENDPOINT_ID: 'local',
        RUNPOD_POD_HOSTNAME: 'pod-7',
        BUCKET_ENDPOINT_URL: 'https://bucket',
      },
      argv: ['--mine', 'x'],
    },
  });
  expect(trial.warnings).toEqual([expect.stringMatching(/--rp_serve_api is not needed.*PORT=9000/)]);
});

it('a process that the handler starts by multiprocessing imports the file, and serves nothing', async () => {
  const text = `
import multiprocessing, runpod
from runpod.serverless import progress_update

def double(number):
    return number * 2

def handler(job):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.map(double, job["input"])

if __name__ == "__main__":
    runpod.serverless.start({"handler": handler})
`;
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await trial.start();
  expect(await trial.result([1, 2])).toEqual({ outcome: 'succeeded', output: [2, 4] });
});

it('warns when an async handler blocks the event loop', async () => {
  const text = `
import asyncio, time, runpod
async def handler(job):
    await asyncio.sleep(0)
    time.sleep(0.5)
    await asyncio.sleep(0.2)
runpod.serverless.start({"handler": handler})
`;
  const trial = new HandlerTrial(handlerFile('handler.py', text));
  await trial.start();
  await trial.result({});
  expect(trial.warnings).toEqual([expect.stringMatching(/blocked the event loop for \d+ ms/)]);
});
