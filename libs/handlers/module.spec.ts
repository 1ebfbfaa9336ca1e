import { expect, it } from 'vitest';
import { createHandler } from './create-handler.ts';
import { handlerFile, HandlerTrial } from './handler-trial.ts';
import type { HandlerContext, HandlerObject } from './user-code/handler-object.ts';
import type { JobFields } from './job-fields.ts';

async function started(code: HandlerObject): Promise<HandlerTrial> {
  const trial = new HandlerTrial(code);
  await trial.start();
  return trial;
}

it('runs a file by its default export, with the job as RunPod sends it', async () => {
  const file = handlerFile('handler.mjs', 'export default async (job) => job;');
  const trial = new HandlerTrial(file);
  expect(await trial.start()).toEqual({ hasModifier: false, sync: false });
  const result = await trial.result({ a: 1 }, { extra: { s3Config: { bucketName: 'b' } }, traceparent: '00-1' });
  expect(result).toMatchObject({
    outcome: 'succeeded',
    output: { id: 'job-1', input: { a: 1 }, s3Config: { bucketName: 'b' }, attempt: 1, traceparent: '00-1' },
  });
});

it.each([
  ['CommonJS', 'handler.cjs', 'module.exports = { handler: () => 1, concurrencyModifier: (n) => n + 1 };'],
  [
    'TypeScript',
    'handler.ts',
    'export const handler = (job: object): number => 1; export const concurrencyModifier = (n: number) => n + 1;',
  ],
  ['a default object', 'handler.mjs', 'export default { handler: () => 1, concurrencyModifier: (n) => n + 1 };'],
])('finds handler and modifier in %s', async (_, name, text) => {
  const trial = new HandlerTrial(handlerFile(name, text));
  expect(await trial.start()).toEqual({ hasModifier: true, sync: false });
  expect(await trial.result({})).toEqual({ outcome: 'succeeded', output: 1 });
  expect(await trial.handler.modify(3)).toBe(4);
});

it.each(['none', 'process'] as const)(
  "tells a handler the job's trace context, and no keys without one (isolation: %s)",
  async (isolation) => {
    const text = `const traces = (from) => Object.entries(from).filter(([key]) => key.startsWith('trace'));
      export default (job, context) => [traces(job), traces(context)];`;
    const trial = new HandlerTrial(handlerFile('handler.mjs', text), { isolation });
    await trial.start();
    const traced = { traceparent: '00-1', tracestate: 'vendor=abc' };
    const told = Object.entries(traced);
    expect(await trial.result({}, traced)).toEqual({ outcome: 'succeeded', output: [told, told] });
    expect(await trial.result({})).toEqual({ outcome: 'succeeded', output: [[], []] });
  },
);

it('says which file is missing', async () => {
  await expect(new HandlerTrial('./nowhere.mjs').start()).rejects.toThrow(
    /HANDLER_FAILED.*nowhere\.mjs does not exist/,
  );
});

it('names the exports of a file without a handler', async () => {
  const file = handlerFile('handler.mjs', 'export const hadnler = () => 1; export const other = 2;');
  await expect(new HandlerTrial(file).start()).rejects.toThrow(
    /no handler\. It exports hadnler, other\. Export a function/,
  );
});

it('says why a file cannot be imported', async () => {
  const file = handlerFile('handler.mjs', 'throw new Error("no model");');
  await expect(new HandlerTrial(file).start()).rejects.toThrow(/cannot be imported: Error: no model/);
});

it.each(['handler.rb', 'handler'])('refuses %s with the endings it takes', (source) => {
  const create = (): unknown => createHandler(source, { workerId: 'w', endpointId: 'e' }, () => undefined);
  expect(create).toThrow(/HANDLER_UNKNOWN.*\.mjs.*\.py/);
});

it('warns of an unknown key with the nearest one', async () => {
  const code = { handler: () => 1, maxConcurrency: 4 };
  const trial = await started(code);
  expect(trial.warnings).toEqual([expect.stringMatching(/"maxConcurrency".*Did you mean "concurrencyModifier"/)]);
});

it('54: runs functions, async functions and generators of both kinds', async () => {
  const trial = await started({
    returnAggregateStream: true,
    handler: ({ input }: JobFields) => {
      if (input === 'sync') return 1;
      if (input === 'async') return Promise.resolve(2);
      const generator = function* () {
        yield { n: 1 };
        yield 2;
      };
      const asynchronous = async function* () {
        yield* generator();
      };
      return input === 'generator' ? generator() : asynchronous();
    },
  });
  expect(await trial.result('sync')).toEqual({ outcome: 'succeeded', output: 1 });
  expect(await trial.result('async')).toEqual({ outcome: 'succeeded', output: 2 });
  for (const input of ['generator', 'async generator']) {
    const attempt = trial.attempt(input);
    expect(await attempt.result).toEqual({ outcome: 'succeeded', output: [{ n: 1 }, 2] });
    expect(attempt.chunks).toEqual([{ n: 1 }, 2]);
  }
});

it('ends a stream at a yielded error, with what came before it', async () => {
  const trial = await started({
    *handler() {
      yield 1;
      yield { error: 'no more' };
      yield 2;
    },
  });
  const attempt = trial.attempt({});
  expect(await attempt.result).toMatchObject({ outcome: 'failed', message: 'no more' });
  expect(attempt.chunks).toEqual([1]);
});

it('57: gives a thrown error as JSON text with exactly six keys', async () => {
  const trial = await started({
    handler: () => {
      throw new TypeError('no such model');
    },
  });
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
  expect(message).toMatchObject({ error_type: 'TypeError', error_message: 'no such model', worker_id: 'worker-1' });
});

it('calls out of memory overload, which may be tried again', async () => {
  const trial = await started({ handler: () => ({ error: 'CUDA out of memory. Tried to allocate 2 GiB' }) });
  expect(await trial.result({})).toMatchObject({ outcome: 'overloaded', errorType: 'out-of-memory', retry: true });
});

it('fails only the job that calls process.exit, at once or later', async () => {
  const exit = Object.getOwnPropertyDescriptor(process, 'exit');
  const handler = ({ input }: JobFields): unknown => {
    if (input === 'other') return Promise.resolve('lives');
    if (input === 'now') process.exit(3);
    setImmediate(() => process.exit(4));
    return new Promise(() => undefined);
  };
  const trial = await started({ handler });
  const [now, later, other] = await Promise.all(['now', 'later', 'other'].map((input) => trial.result(input)));
  expect(now).toMatchObject({ errorType: 'handler-exited', message: 'handler called process.exit(3)', retry: false });
  expect(later).toMatchObject({ errorType: 'handler-exited', message: 'handler called process.exit(4)' });
  expect(other).toEqual({ outcome: 'succeeded', output: 'lives' });
  await trial.handler.close(0);
  expect(Object.getOwnPropertyDescriptor(process, 'exit')).toEqual(exit);
});

it('fails the job whose code throws where nobody awaits it', async () => {
  const handler = async (): Promise<never> => {
    setImmediate(() => {
      throw new RangeError('in a timer');
    });
    return new Promise(() => undefined);
  };
  const trial = await started({ handler });
  expect(await trial.result({})).toMatchObject({
    errorType: 'handler-threw',
    message: expect.stringContaining('in a timer'),
  });
});

it('gives progress in order and none after the end', async () => {
  let late = (): void => undefined;
  const handler = (_: JobFields, context: HandlerContext): string => {
    for (let step = 0; step < 3; step += 1) context.progress({ step });
    late = () => context.progress('late');
    return 'done';
  };
  const trial = await started({ handler });
  const attempt = trial.attempt({});
  await attempt.result;
  late();
  expect(attempt.progress).toEqual([{ step: 0 }, { step: 1 }, { step: 2 }]);
});

it('59: a handler that listens to the signal ends cancelled, or timed out', async () => {
  const handler = async (_: JobFields, { signal, progress }: HandlerContext): Promise<never> => {
    progress('running');
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(new Error('stopped')));
    });
  };
  const trial = await started({ handler });
  for (const [reason, outcome] of [
    ['cancelled', 'cancelled'],
    ['timeout', 'timed-out'],
  ] as const) {
    const attempt = trial.attempt({});
    await attempt.begun;
    attempt.stop(reason);
    expect(await attempt.result).toMatchObject({ outcome });
  }
});

it('60: tells that the worker is to be replaced, from the config and from a return', async () => {
  const always = await started({ handler: () => 1, refreshWorker: true });
  expect(await always.result({})).toEqual({ outcome: 'succeeded', output: 1, refreshWorker: true });
  const once = await started({ handler: () => ({ refreshWorker: true, a: 1 }) });
  expect(await once.result({})).toEqual({ outcome: 'succeeded', output: { a: 1 }, refreshWorker: true });
});

it('tries a stream again whose chunks could not be stored', async () => {
  const trial = await started({
    *handler() {
      yield 1;
    },
  });
  const result = await trial.handler.run(
    {
      id: 'a',
      input: 1,
      extra: {},
      policy: { executionTimeout: 1, ttl: 1, lowPriority: false },
      enqueuedAt: 0,
      attempt: 1,
    },
    {
      signal: new AbortController().signal,
      progress: () => undefined,
      chunk: () => Promise.reject(new Error('disk full')),
    },
  );
  expect(result).toMatchObject({ outcome: 'failed', message: 'a chunk could not be stored: disk full', retry: true });
});
