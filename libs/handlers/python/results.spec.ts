import { expect, it } from 'vitest';
import { handlerFile, HandlerTrial } from '../handler-trial.ts';

async function started(text: string, config = '{"handler": handler}'): Promise<HandlerTrial> {
  const trial = new HandlerTrial(
    handlerFile('handler.py', `import runpod\n${text}\nrunpod.serverless.start(${config})\n`),
  );
  await trial.start();
  return trial;
}

it('54: runs sync and async functions, generators of both kinds, partials, callable objects, returned generators', async () => {
  const trial = await started(
    `
import functools

def generator(job):
    yield {"n": 1}
    yield 2

async def async_generator(job):
    for value in generator(job):
        yield value

async def coroutine(job):
    return job["input"]

class Callable:
    def __call__(self, job):
        return job["input"]

def awaitable(job):
    return coroutine(job)

async def returns_generator(job):
    return generator(job)

kinds = {
    "async": coroutine,
    "callable": Callable(),
    "lambda": lambda job: job["input"],
    "partial": functools.partial(lambda prefix, job: job["input"], "prefix"),
    "awaitable": awaitable,
    "generator": generator,
    "async generator": async_generator,
    "partial generator": functools.partial(generator),
    "coroutine of a generator": returns_generator,
}

def handler(job):
    return kinds[job["input"]](job)
`,
    '{"handler": handler, "return_aggregate_stream": True}',
  );
  for (const input of ['async', 'callable', 'lambda', 'partial', 'awaitable']) {
    expect(await trial.result(input)).toEqual({ outcome: 'succeeded', output: input });
  }
  for (const input of ['generator', 'async generator', 'partial generator', 'coroutine of a generator']) {
    const attempt = trial.attempt(input);
    expect(await attempt.result).toEqual({ outcome: 'succeeded', output: [{ n: 1 }, 2] });
    expect(attempt.chunks).toEqual([{ n: 1 }, 2]);
  }
});

const kinds = [
  ['a sync function', 'def handler(job): return 1', '{"handler": handler}', true, 1],
  ['an async function', 'async def handler(job): return 1', '{"handler": handler}', false, 1],
  ['a generator', 'def handler(job): yield 1', '{"handler": handler}', true, []],
  ['an async generator', 'async def handler(job): yield 1', '{"handler": handler}', false, []],
  [
    'a partial of an async function',
    'import functools\nasync def handler(a, job): return a',
    '{"handler": functools.partial(handler, 1)}',
    false,
    1,
  ],
  [
    'an object with an async __call__',
    'class Handler:\n    async def __call__(self, job): return 1',
    '{"handler": Handler()}',
    false,
    1,
  ],
] as const;

it.each(kinds)('54: knows %s for sync or async', async (_, text, config, sync, output) => {
  const trial = new HandlerTrial(
    handlerFile('handler.py', `import runpod\n${text}\nrunpod.serverless.start(${config})\n`),
  );
  expect(await trial.start()).toEqual({ hasModifier: false, sync });
  expect(await trial.result({})).toEqual({ outcome: 'succeeded', output });
});

it('56: {}, None, False, falsy and truthy errors, a set and NaN end as RunPod reads them', async () => {
  const trial = await started(`
results = {
    "empty": {},
    "None": None,
    "False": False,
    "zero": 0,
    "text": "",
    "list": [1, (2, 3)],
    "no error": {"error": ""},
    "empty error": {"error": {}},
    "error": {"error": "x", "a": 1},
    "error object": {"error": {"code": 4}},
    "set": {"a": [1, {2}]},
    "bytes": b"x",
    "nan": {"loss": float("nan"), "best": float("-inf")},
}

def handler(job):
    return results[job["input"]]
`);
  const succeeded = (output: unknown): unknown => ({ outcome: 'succeeded', output });
  const failed = (message: string, rest = {}): unknown => ({
    outcome: 'failed',
    errorType: 'handler-threw',
    retry: false,
    message,
    ...rest,
  });
  expect(await trial.result('empty')).toEqual(succeeded(undefined));
  expect(await trial.result('None')).toEqual(succeeded(null));
  expect(await trial.result('False')).toEqual(succeeded(false));
  expect(await trial.result('zero')).toEqual(succeeded(0));
  expect(await trial.result('text')).toEqual(succeeded(''));
  expect(await trial.result('list')).toEqual(succeeded([1, [2, 3]]));
  expect(await trial.result('no error')).toEqual(succeeded(undefined));
  expect(await trial.result('empty error')).toEqual(succeeded(undefined));
  expect(await trial.result('error')).toEqual(failed('x', { output: { a: 1 } }));
  expect(await trial.result('error object')).toEqual(failed('{"code": 4}'));
  const bad = (problem: string): unknown => ({ errorType: 'bad-output', message: expect.stringContaining(problem) });
  expect(await trial.result('set')).toMatchObject(bad('output.a[1] is a set') as object);
  expect(await trial.result('bytes')).toMatchObject(bad('output is a bytes') as object);
  expect(await trial.result('nan')).toEqual(succeeded({ loss: null, best: null }));
  expect(trial.warnings).toContainEqual(expect.stringContaining('2 NaN or infinite numbers'));
});

it('56: names the type of what a framework returned', async () => {
  const trial = await started(`
class Tensor: pass
def handler(job):
    return {"image": Tensor()}
`);
  expect(await trial.result({})).toMatchObject({
    errorType: 'bad-output',
    message: expect.stringContaining('output.image is a __main__.Tensor'),
  });
});

it('57: a raised error is JSON text with exactly six keys, its traceback beginning in the handler', async () => {
  const trial = await started('def handler(job):\n    raise ValueError("no such model")\n');
  const result = await trial.result({});
  const message = JSON.parse(String('message' in result && result.message)) as Record<string, unknown>;
  expect(Object.keys(message)).toEqual([
    'error_type',
    'error_message',
    'error_traceback',
    'hostname',
    'worker_id',
    'runpod_version',
  ]);
  expect(message).toMatchObject({
    error_type: "<class 'ValueError'>",
    error_message: 'no such model',
    worker_id: 'worker-1',
    error_traceback: expect.stringMatching(/^Traceback \(most recent call last\):\n {2}File ".*handler\.py", line 3/),
  });
});

it("57: a generator's error is told as RunPod tells it, after the chunks that came before", async () => {
  const trial = await started('def handler(job):\n    yield 1\n    raise ValueError("no more")\n');
  const attempt = trial.attempt({});
  expect(await attempt.result).toMatchObject({
    outcome: 'failed',
    errorType: 'handler-threw',
    message: expect.stringMatching(/^handler: no more \ntraceback: Traceback/),
  });
  expect(attempt.chunks).toEqual([1]);
});

it('a yielded error ends the stream', async () => {
  const trial = await started('async def handler(job):\n    yield 1\n    yield {"error": 5}\n    yield 2\n');
  const attempt = trial.attempt({});
  expect(await attempt.result).toMatchObject({ outcome: 'failed', message: '5' });
  expect(attempt.chunks).toEqual([1]);
});

it('out of memory is overload, which may be tried again', async () => {
  const trial = await started(`
class OutOfMemoryError(RuntimeError): pass
def handler(job):
    raise OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB")
`);
  expect(await trial.result({})).toMatchObject({ outcome: 'overloaded', errorType: 'out-of-memory', retry: true });
});

it('gives the handler a dict of its own with all that the client sent', async () => {
  const trial = await started('def handler(job):\n    job["touched"] = True\n    return job\n');
  const extra = { s3Config: { bucketName: 'b' }, webhook: 'https://example.com' };
  expect(await trial.result(null, { extra, traceparent: '00-1' })).toMatchObject({
    output: { id: 'job-1', input: null, ...extra, traceparent: '00-1', attempt: 1, touched: true },
  });
});

it('bounds how far a stream runs ahead of its store, and keeps its order', async () => {
  const trial = await started('async def handler(job):\n    for n in range(200): yield n\n');
  let open = 0;
  let most = 0;
  const stored: unknown[] = [];
  const result = await trial.handler.run(
    {
      id: 'job-1',
      input: {},
      extra: {},
      policy: { executionTimeout: 60_000, ttl: 60_000, lowPriority: false },
      enqueuedAt: 0,
      attempt: 1,
    },
    {
      signal: new AbortController().signal,
      progress: () => undefined,
      chunk: async (data) => {
        open += 1;
        most = Math.max(most, open);
        await new Promise((done) => setImmediate(done));
        open -= 1;
        stored.push(data);
      },
    },
  );
  expect(result).toEqual({ outcome: 'succeeded', output: [] });
  expect(stored).toEqual(Array.from({ length: 200 }, (_, n) => n));
  expect(most).toBe(1);
});
