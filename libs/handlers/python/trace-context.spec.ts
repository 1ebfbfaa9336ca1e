import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { handlerFile, HandlerTrial } from '../handler-trial.ts';

const traceId = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
const seen = [traceId, 'b7ad6b7169203331', 1, 'vendor=abc'];
const none = ['0'.repeat(32), '0'.repeat(16), 0, ''];

/** As much of `opentelemetry-api` as the bridge and these handlers use, under the same names. */
const standIn = {
  'opentelemetry/__init__.py': '',
  'opentelemetry/context.py': `
from contextvars import ContextVar
_current = ContextVar("current", default={})
attached = 0
def get_current():
    return _current.get()
def attach(context):
    global attached
    attached += 1
    return _current.set(context)
def detach(token):
    global attached
    _current.reset(token)
    attached -= 1
`,
  'opentelemetry/trace/__init__.py': `
from opentelemetry import context
class SpanContext:
    def __init__(self, trace_id=0, span_id=0, trace_flags=0, trace_state=""):
        self.trace_id, self.span_id, self.trace_flags, self._state = trace_id, span_id, trace_flags, trace_state
        self.trace_state = self
    def to_header(self):
        return self._state
class NonRecordingSpan:
    def __init__(self, span_context):
        self._span_context = span_context
    def get_span_context(self):
        return self._span_context
def get_current_span():
    return context.get_current().get("span", NonRecordingSpan(SpanContext()))
`,
  'opentelemetry/trace/propagation/__init__.py': '',
  'opentelemetry/trace/propagation/tracecontext.py': `
from opentelemetry import trace
class TraceContextTextMapPropagator:
    def extract(self, carrier, context):
        _, trace_id, span_id, flags = carrier["traceparent"].split("-")
        state = carrier.get("tracestate", "")
        span = trace.NonRecordingSpan(trace.SpanContext(int(trace_id, 16), int(span_id, 16), int(flags, 16), state))
        return {**context, "span": span}
`,
} as const;

/** A folder for PYTHONPATH; `over` replaces files of the stand-in. */
function openTelemetry(over: Partial<typeof standIn> | Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  const folder = mkdtempSync(join(tmpdir(), 'flyball-opentelemetry-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries({ ...standIn, ...over })) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' };
}

async function started(handler: string, env: NodeJS.ProcessEnv): Promise<HandlerTrial> {
  const text = `
import asyncio, runpod, sys, threading
def seen():
    from opentelemetry import trace
    span = trace.get_current_span().get_span_context()
    return [format(span.trace_id, "032x"), format(span.span_id, "016x"), int(span.trace_flags), span.trace_state.to_header()]
${handler}
runpod.serverless.start({"handler": handler, "return_aggregate_stream": True})
`;
  const trial = new HandlerTrial(handlerFile('handler.py', text), { env });
  await trial.start();
  return trial;
}

it.each([
  ['async code, also after it waited', 'async def handler(job):\n    await asyncio.sleep(0)\n    return [seen()]'],
  [
    'the tasks it starts',
    'async def handler(job):\n    async def one(): return seen()\n    return [await asyncio.create_task(one())]',
  ],
  ['sync code', 'def handler(job):\n    return [seen()]'],
  ['an async generator', 'async def handler(job):\n    await asyncio.sleep(0)\n    yield seen()'],
  ['a generator', 'def handler(job):\n    yield seen()'],
  ['a generator that async code returns', 'async def handler(job):\n    return (seen() for _ in range(1))'],
])("shows %s the job's trace context, and no other job", async (_, handler) => {
  const trial = await started(handler, openTelemetry());
  const traced = { traceparent, tracestate: 'vendor=abc' };
  expect(await trial.result({}, traced)).toEqual({ outcome: 'succeeded', output: [seen] });
  expect(await trial.result({})).toEqual({ outcome: 'succeeded', output: [none] });
  expect(await trial.result({}, { traceparent })).toEqual({
    outcome: 'succeeded',
    output: [[...seen.slice(0, 3), '']],
  });
});

it.each([
  [
    'async',
    `
together = []
async def handler(job):
    before = seen()
    together.append(asyncio.Event())
    if len(together) == 3:
        for event in together: event.set()
    await together[job["input"]].wait()
    await asyncio.sleep(0)
    return [before, seen()]
`,
  ],
  [
    'sync',
    `
together = threading.Barrier(3, timeout=20)
def handler(job):
    before = seen()
    together.wait()
    return [before, seen()]
`,
  ],
])('keeps apart %s jobs that run at once', async (_, handler) => {
  const trial = await started(handler, openTelemetry());
  const other = '4bf92f3577b34da6a3ce929d0e0e4736';
  const results = await Promise.all([
    trial.result(0, { id: 'a', traceparent, tracestate: 'vendor=abc' }),
    trial.result(1, { id: 'b', traceparent: `00-${other}-00f067aa0ba902b7-00` }),
    trial.result(2, { id: 'c' }),
  ]);
  const second = [other, '00f067aa0ba902b7', 0, ''];
  expect(results.map((result) => 'output' in result && result.output)).toEqual([
    [seen, seen],
    [second, second],
    [none, none],
  ]);
});

it('detaches it however the job ends', async () => {
  const handler = `
async def handler(job):
    from opentelemetry import context
    if job["input"] == "raise": raise ValueError("no")
    if job["input"] == "exit": sys.exit(1)
    if job["input"] == "wait":
        runpod.serverless.progress_update(job, "begun")
        await asyncio.Event().wait()
    return context.attached
`;
  const trial = await started(handler, openTelemetry());
  expect(await trial.result('raise', { traceparent })).toMatchObject({ errorType: 'handler-threw' });
  expect(await trial.result('exit', { traceparent })).toMatchObject({ errorType: 'handler-exited' });
  const waiting = trial.attempt('wait', { traceparent });
  await waiting.begun;
  waiting.stop('cancelled');
  expect(await waiting.result).toMatchObject({ outcome: 'cancelled' });
  expect(await trial.result({}, { traceparent })).toEqual({ outcome: 'succeeded', output: 1 });
  expect(await trial.result({})).toEqual({ outcome: 'succeeded', output: 0 });
});

it('asks for the package at the first job with a context, once, and runs without it', async () => {
  const handler = `
asked = []
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "opentelemetry":
            asked.append(name)
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
def handler(job):
    return [list(asked), [name for name in sys.modules if name.startswith("opentelemetry")]]
`;
  const trial = await started(handler, process.env);
  expect(await trial.result({})).toEqual({ outcome: 'succeeded', output: [[], []] });
  const once = { outcome: 'succeeded', output: [['opentelemetry'], []] };
  expect(await trial.result({}, { traceparent })).toEqual(once);
  expect(await trial.result({}, { traceparent })).toEqual(once);
  expect(trial.warnings).toEqual([]);
});

it.each([
  ['does not import', { 'opentelemetry/context.py': 'raise RuntimeError("broken")' }],
  [
    'does not read it',
    {
      'opentelemetry/trace/propagation/tracecontext.py':
        'class TraceContextTextMapPropagator:\n    def extract(self, *_): raise RuntimeError("broken")',
    },
  ],
  [
    'does not detach it',
    { 'opentelemetry/context.py': `${standIn['opentelemetry/context.py']}    raise RuntimeError("broken")\n` },
  ],
])('runs jobs with a package that %s, and says so once', async (_, over) => {
  const trial = await started('def handler(job):\n    return "ran"', openTelemetry(over));
  for (const id of ['a', 'b']) {
    expect(await trial.result({}, { id, traceparent })).toEqual({ outcome: 'succeeded', output: 'ran' });
  }
  expect(trial.warnings).toEqual(["opentelemetry did not take the job's trace context: RuntimeError: broken"]);
});
