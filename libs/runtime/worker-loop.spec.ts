import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  defaultGuard,
  FlyballError,
  MemoryGuard,
  Window,
  type Failure,
  type Job,
  type JobSource,
  type Lease,
} from '#libs/core';
import type { AttemptContext, AttemptResult, Handler } from '#libs/handlers';
import type { FlyballEvent } from '#libs/observability';
import { Gate } from './gate.ts';
import { WorkerLoop } from './worker-loop.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('the worker loop', () => {
  it('starts as many jobs as the limit lets, and no more', async () => {
    const bench = setUp({ limit: 3, jobs: 10 });
    await bench.turn();
    expect(bench.running()).toBe(3);
  });

  it('fills a raised limit in the same turn as the jobs arrive, without waiting for a running job', async () => {
    const bench = setUp({ limit: 2, jobs: 10 });
    await bench.turn();
    bench.gate.resize(5);
    await bench.turn();
    expect(bench.running()).toBe(5);
    expect(bench.ended).toEqual([]);
  });

  it('shrinks by attrition: nothing is cancelled and no job starts until in flight is below the limit', async () => {
    const bench = setUp({ limit: 4, jobs: 10 });
    await bench.turn();
    bench.gate.resize(2);
    await bench.turn();
    expect(bench.running()).toBe(4);
    await bench.finish('job-0');
    await bench.finish('job-1');
    expect(bench.running()).toBe(2);
    await bench.finish('job-2');
    expect(bench.running()).toBe(2);
    expect(bench.started).toHaveLength(5);
  });

  it('never runs more than the limit and loses nothing, whatever the limit does', async () => {
    const bench = setUp({ limit: 1, jobs: 60 });
    for (let turn = 0; turn < 400 && bench.ended.length < 60; turn += 1) {
      const before = bench.running();
      bench.gate.resize(1 + ((turn * 7) % 9));
      await bench.turn();
      expect(bench.running()).toBeLessThanOrEqual(Math.max(before, Math.floor(bench.gate.limit)));
      const [oldest] = bench.runningIds();
      if (oldest !== undefined) await bench.finish(oldest);
    }
    expect(bench.ended.toSorted()).toEqual(Array.from({ length: 60 }, (_, index) => `succeed job-${index}`).toSorted());
  });

  it('keeps jobs that no longer fit first in line', async () => {
    const bench = setUp({ limit: 0, jobs: 0 });
    bench.gate.resize(2);
    await bench.turn();
    bench.gate.resize(1);
    bench.add(2); // both arrive for the take that was called back too late
    await bench.turn();
    expect(bench.running()).toBe(1);
    await bench.finish('job-0');
    expect(bench.runningIds()).toEqual(['job-1']);
  });

  it('does not start a job that was cancelled while it waited in line', async () => {
    const bench = setUp({ limit: 0, jobs: 0 });
    bench.gate.resize(2);
    await bench.turn();
    bench.gate.resize(1);
    bench.add(2);
    await bench.turn();
    bench.cancel('job-1');
    await bench.finish('job-0');
    expect(bench.started).toEqual(['job-0']);
  });

  it('gives a job back uncounted when its work was never begun', async () => {
    const bench = setUp({ limit: 1, jobs: 1 });
    await bench.turn();
    const unstarted = {
      outcome: 'failed',
      errorType: 'upstream',
      message: 'down',
      retry: true,
      unstarted: true,
    } as const;
    await bench.finish('job-0', unstarted);
    expect(bench.ended).toEqual(['give back job-0']);
  });

  it('ends an attempt at its execution timeout and keeps the slot until the code has returned', async () => {
    const bench = setUp({ limit: 1, jobs: 2, executionTimeout: 5000 });
    await bench.turn();
    await vi.advanceTimersByTimeAsync(5000);
    expect(bench.ended).toEqual(['fail job-0 timed-out']);
    expect(bench.gate.inFlight).toBe(1);
    await bench.finish('job-0');
    expect(bench.ended).toEqual(['fail job-0 timed-out']);
    expect(bench.runningIds()).toEqual(['job-1']);
  });

  it('gives up the slot of code in this process that ignores its abort, with a warning', async () => {
    const bench = setUp({ limit: 1, jobs: 2, executionTimeout: 5000 });
    await bench.turn();
    await vi.advanceTimersByTimeAsync(5000 + 32_000);
    expect(bench.started).toEqual(['job-0', 'job-1']);
    expect(bench.notices()).toContain('handler-ignores-abort');
  });

  it('tells the queue again until it takes a result', async () => {
    const bench = setUp({ limit: 1, jobs: 1, refuseSettles: 3 });
    await bench.turn();
    await bench.finish('job-0');
    expect(bench.ended).toEqual([]);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(bench.ended).toEqual(['succeed job-0']);
  });

  it('takes nothing while the handler is not ready, and goes on when it is', async () => {
    const bench = setUp({ limit: 2, jobs: 4 });
    await bench.turn();
    bench.handler.ready = false;
    bench.loop.fill();
    await bench.turn();
    await bench.finish('job-0');
    expect(bench.started).toEqual(['job-0', 'job-1']);
    bench.handler.ready = true;
    bench.loop.fill();
    await bench.turn();
    expect(bench.runningIds()).toEqual(['job-1', 'job-2']);
  });

  it('64: keeps ten slots of 100 ms jobs at least 95 % busy', async () => {
    const bench = setUp({ limit: 10, jobs: 2000, serviceMs: 100 });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(bench.ended.length).toBeGreaterThanOrEqual(950);
  });

  it('64: goes from 4 to 5 under an 8 s job without a gap', async () => {
    const bench = setUp({ limit: 4, jobs: 10 });
    await bench.turn();
    bench.gate.resize(5);
    await bench.turn();
    expect(bench.running()).toBe(5);
    await bench.finish('job-1');
    expect(bench.running()).toBe(5);
  });

  it('drains: takes no more, lets running jobs end, then gives back what is left', async () => {
    const bench = setUp({ limit: 2, jobs: 4 });
    await bench.turn();
    const drained = bench.loop.drain(10_000);
    await bench.finish('job-0');
    await vi.advanceTimersByTimeAsync(10_000);
    await drained;
    expect(bench.ended).toEqual(['succeed job-0', 'give back job-1']);
    expect(bench.started).toEqual(['job-0', 'job-1']);
  });

  it('says which jobs its drain has cut, in one line', async () => {
    const bench = setUp({ limit: 30, jobs: 30 });
    await bench.turn();
    const drained = bench.loop.drain(10_000);
    await bench.finish('job-0');
    await vi.advanceTimersByTimeAsync(10_000);
    await drained;
    const cut = bench.told('drain-cut');
    expect(cut).toMatchObject([{ level: 'warn', fields: { count: 29 } }]);
    const { jobs, message } = cut[0]!.fields as { readonly jobs: string; readonly message: string };
    expect(jobs).toMatch(/^job-1, job-2, .*job-20, …$/);
    expect(message).toMatch(/^29 still running when the drain's 10000 ms were over, to be tried again: job-1, /);
  });

  it('says that the queue could not be told of a job that its drain has cut', async () => {
    const bench = setUp({ limit: 1, jobs: 1, silentSettles: true });
    await bench.turn();
    const drained = bench.loop.drain(1000);
    await vi.advanceTimersByTimeAsync(6100);
    await drained;
    expect(bench.told('drain-cut')).toMatchObject([
      { fields: { count: 1, message: expect.stringMatching(/the queue was not told of 1, whose leases run out$/) } },
    ]);
  });

  it('says nothing of a drain that cut nothing', async () => {
    const bench = setUp({ limit: 1, jobs: 1 });
    await bench.turn();
    const drained = bench.loop.drain(1000);
    await bench.finish('job-0');
    await vi.advanceTimersByTimeAsync(100);
    await drained;
    expect(bench.told('drain-cut')).toEqual([]);
  });

  it('counts what attempts write to the queue while they run', async () => {
    const bench = setUp({ limit: 1, jobs: 1 });
    await bench.turn();
    const context = bench.contexts[0]!;
    context.progress({ done: 0.5 });
    await context.chunk({ n: 1 });
    const operations = bench.events.flatMap((event) =>
      event.type === 'queue-operation' ? [[event.operation, event.result]] : [],
    );
    expect(operations).toEqual(expect.arrayContaining([['progress', 'ok'], ['chunk', 'ok']])); // prettier-ignore
  });

  it('ends its drain 5 s after the timeout even if the queue never answers', async () => {
    const bench = setUp({ limit: 1, jobs: 1, silentSettles: true });
    await bench.turn();
    await bench.finish('job-0');
    let drained = false;
    void bench.loop.drain(1000).then(() => (drained = true));
    await vi.advanceTimersByTimeAsync(5900);
    expect(drained).toBe(false);
    await vi.advanceTimersByTimeAsync(200);
    expect(drained).toBe(true);
  });

  it('waits longer and longer for a queue that is down, with one asker', async () => {
    const bench = setUp({ limit: 8, jobs: 1, refuseTakes: 3 });
    await bench.turn();
    expect(bench.takes()).toBe(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(bench.runningIds()).toEqual(['job-0']);
  });
});

describe('the memory guard at the gate', () => {
  it('lets one job at a time start while the first reading is waited for, and asks for no more', async () => {
    const bench = setUp({ limit: 8, jobs: 10, guarded: true });
    await bench.turn();
    expect(bench.started).toEqual(['job-0']);
    expect(bench.asked()).toEqual([1, 1]);
    await bench.finish('job-0');
    expect(bench.runningIds()).toEqual(['job-1']);
  });

  it('keeps the refused job first in line, and admits it when a reading says that it fits', async () => {
    const bench = setUp({ limit: 8, jobs: 10, guarded: true });
    await bench.turn();
    expect(bench.loop.waiting).toBe(1);
    bench.read(10 * gib);
    await bench.turn();
    expect(bench.runningIds().slice(0, 2)).toEqual(['job-0', 'job-1']);
  });

  it('starts no job that the memory will not hold, nor one behind it, until a running one ends', async () => {
    const bench = setUp({ limit: 8, jobs: 0, guarded: true });
    bench.read(10 * gib);
    bench.add(10);
    await bench.turn();
    expect(bench.running()).toBe(2);
    await bench.pass(1000);
    // 12 GiB each, so young: what is known so badly is planned with caution.
    bench.read(34 * gib);
    await bench.turn();
    expect(bench.runningIds()).toEqual(['job-0', 'job-1']);
    expect(bench.loop.waiting).toBe(1);
    await bench.finish('job-0');
    expect(bench.runningIds()).toEqual(['job-1', 'job-2']);
  });

  it('does not keep jobs from other workers while it refuses one', async () => {
    const bench = setUp({ limit: 8, jobs: 1, guarded: true });
    await bench.turn();
    bench.add(2);
    await bench.turn();
    const asked = bench.asked().length;
    bench.add(5);
    await bench.turn();
    expect(bench.loop.waiting).toBe(1);
    expect(bench.asked()).toHaveLength(asked);
  });

  it('does not let time that the guard holds jobs back count as limited', async () => {
    const bench = setUp({ limit: 1.5, jobs: 10, guarded: true });
    await bench.turn();
    bench.gate.period();
    await bench.pass(1000);
    expect(bench.gate.period().limited).toBe(1);
    bench.gate.resize(2);
    await bench.turn();
    bench.gate.period();
    await bench.pass(1000);
    expect(bench.gate.period()).toMatchObject({ last: 1, limited: 0 });
  });

  it('tells of each job that it refused, once, and how long the job waited', async () => {
    const bench = setUp({ limit: 8, jobs: 10, guarded: true });
    await bench.turn();
    bench.loop.fill();
    await bench.pass(2000);
    await bench.finish('job-0');
    expect(bench.admissions()).toMatchObject([
      { result: 'admitted', waitMs: 0 },
      { result: 'deferred', reason: 'guard' },
      { result: 'admitted', waitMs: 2005 },
      { result: 'deferred', reason: 'guard' },
    ]);
  });

  it('forgets a refused job that is cancelled', async () => {
    const bench = setUp({ limit: 8, jobs: 3, guarded: true });
    await bench.turn();
    bench.cancel('job-1');
    await bench.finish('job-0');
    expect(bench.started).toEqual(['job-0', 'job-2']);
  });

  it('goes on without a guard that waits for nothing', async () => {
    const bench = setUp({ limit: 8, jobs: 10, guarded: true });
    await bench.turn();
    bench.gate.guardBy(new MemoryGuard(defaultGuard, { expected: false }, Date.now()));
    await bench.turn();
    expect(bench.running()).toBe(8);
  });
});

describe('out of memory', () => {
  const one = {
    outcome: 'overloaded',
    errorType: 'out-of-memory',
    message: 'CUDA out of memory',
    retry: true,
  } as const;
  const died = {
    outcome: 'failed',
    errorType: 'handler-exited',
    message: 'it died',
    retry: true,
    processDied: true,
  } as const;

  it('of one job costs that job alone, and the guard trusts the device less', async () => {
    const bench = setUp({ limit: 3, jobs: 0, guarded: true });
    bench.read(10 * gib);
    bench.add(3);
    await bench.pass(1000);
    bench.read(42 * gib);
    expect(bench.factor()).toBe(1);
    await bench.finish('job-0', one);
    expect(bench.outOfMemory()).toEqual(['attempt']);
    expect(bench.factor()).toBeLessThan(1);
    expect(bench.ended).toEqual(['fail job-0 overloaded']);
  });

  it('that killed the process is one event for all the jobs it cost', async () => {
    const bench = setUp({ limit: 3, jobs: 3 });
    await bench.turn();
    for (const id of ['job-0', 'job-1', 'job-2']) await bench.finish(id, { ...one, processDied: true });
    expect(bench.outOfMemory()).toEqual(['handler']);
  });

  it('is told again of the next process', async () => {
    const bench = setUp({ limit: 1, jobs: 2 });
    await bench.turn();
    bench.handler.ready = false;
    await bench.finish('job-0', { ...one, processDied: true });
    bench.handler.ready = true;
    bench.loop.fill();
    await bench.turn();
    await bench.finish('job-1', { ...one, processDied: true });
    expect(bench.outOfMemory()).toEqual(['handler', 'handler']);
  });

  it('is what a process died of whose device was full, whatever it said', async () => {
    const bench = setUp({ limit: 1, jobs: 1, memoryFull: true });
    await bench.turn();
    await bench.finish('job-0', died);
    expect(bench.ended).toEqual(['fail job-0 overloaded']);
    expect(bench.window.close().jobs.outOfMemory).toBe(1);
    expect(bench.outOfMemory()).toEqual(['handler']);
  });

  it('is not what a process died of whose device had room', async () => {
    const bench = setUp({ limit: 1, jobs: 1 });
    await bench.turn();
    await bench.finish('job-0', died);
    expect(bench.ended).toEqual(['fail job-0 failed']);
    expect(bench.outOfMemory()).toEqual([]);
  });

  it('is not what a job failed of by itself, however full the device', async () => {
    const bench = setUp({ limit: 1, jobs: 1, memoryFull: true });
    await bench.turn();
    await bench.finish('job-0', { outcome: 'failed', errorType: 'handler-threw', message: 'bad', retry: false });
    expect(bench.outOfMemory()).toEqual([]);
  });
});

const gib = 2 ** 30;

interface SetUp {
  /** By a memory guard that waits for its first reading, of a device of 80 GiB. */
  readonly guarded?: boolean;
  readonly memoryFull?: boolean;
  readonly limit: number;
  readonly jobs: number;
  readonly executionTimeout?: number;
  /** Jobs end by themselves after this. */
  readonly serviceMs?: number;
  readonly refuseSettles?: number;
  /** The queue takes an end and never answers. */
  readonly silentSettles?: boolean;
  readonly refuseTakes?: number;
}

type Notice = Extract<FlyballEvent, { type: 'notice' }>;

function setUp(options: SetUp) {
  const started: string[] = [];
  const ended: string[] = [];
  const events: FlyballEvent[] = [];
  const open = new Map<string, (result: AttemptResult) => void>();
  const contexts: AttemptContext[] = [];
  const stock: string[] = [];
  const takers: (() => void)[] = [];
  let made = 0;
  const takes: number[] = [];
  let refuseSettles = options.refuseSettles ?? 0;
  let refuseTakes = options.refuseTakes ?? 0;

  const add = (count: number): void => {
    for (let index = 0; index < count; index += 1) stock.push(`job-${made++}`);
    for (const wake of takers.splice(0)) wake();
  };
  const end = async (text: string): Promise<void> => {
    if (options.silentSettles === true) await new Promise(() => undefined);
    if (refuseSettles-- > 0) throw new FlyballError('QUEUE_UNAVAILABLE', 'The store is locked.');
    ended.push(text);
  };
  const cancels = new Map<string, AbortController>();
  const cancelSignal = (id: string): AbortSignal => {
    const cancel = new AbortController();
    cancels.set(id, cancel);
    return cancel.signal;
  };
  const leaseOf = (id: string): Lease => ({
    job: jobOf(id, options.executionTimeout ?? 600_000),
    cancelled: cancelSignal(id),
    succeed: () => end(`succeed ${id}`),
    fail: (failure: Failure) => end(`fail ${id} ${failure.outcome}`),
    progress: async () => undefined,
    chunk: async () => undefined,
    giveBack: () => end(`give back ${id}`),
  });
  const source: JobSource = {
    async take(count, signal) {
      takes.push(count);
      if (refuseTakes-- > 0) throw new FlyballError('QUEUE_UNAVAILABLE', 'The store is locked.');
      if (stock.length === 0 && !signal.aborted) {
        await new Promise<void>((resolve) => {
          takers.push(resolve);
          signal.addEventListener('abort', () => setTimeout(resolve, 1), { once: true });
        });
      }
      return stock.splice(0, count).map(leaseOf);
    },
    depth: async () => ({ waiting: stock.length, lowPriority: 0, leased: open.size, oldestAge: 0 }),
    close: async () => undefined,
  };
  const handler: Handler & { ready: boolean } = {
    kind: 'module',
    ready: true,
    start: async () => ({ hasModifier: false, sync: false }),
    run: (job: Job, context: AttemptContext) => {
      started.push(job.id);
      contexts.push(context);
      const { serviceMs } = options;
      return new Promise((resolve) => {
        if (serviceMs === undefined) open.set(job.id, resolve);
        else setTimeout(() => resolve({ outcome: 'succeeded', output: {} }), serviceMs);
      });
    },
    modify: async () => undefined,
    close: async () => undefined,
  };
  const clock = { now: () => Date.now(), wall: () => Date.now() };
  const guard = new MemoryGuard(defaultGuard, { expected: options.guarded === true }, clock.now());
  const gate = new Gate(options.limit, clock, guard);
  const window = new Window();
  const loop = new WorkerLoop({
    source,
    handler,
    gate,
    window,
    clock,
    memoryFull: () => options.memoryFull === true,
    emit: (event) => events.push(event),
    attempts: 3,
    latencyTarget: undefined,
    random: () => 1,
  });
  add(options.jobs);
  loop.start();
  const turn = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(5));
  return {
    started,
    ended,
    gate,
    loop,
    handler,
    add,
    turn,
    window,
    takes: () => takes.length,
    /** How many jobs each take asked for. */
    asked: () => takes,
    pass: async (ms: number): Promise<void> => void (await vi.advanceTimersByTimeAsync(ms)),
    /** The guard is shown what the device says now, and asked again, as at the end of a period. */
    read(used: number): void {
      const about = { gpu: 'GPU-a', unit: 'bytes', source: 'nvml', age: 0 } as const;
      const readings = [
        { ...about, name: 'gpu.memory.used', value: used },
        { ...about, name: 'gpu.memory.total', value: 80 * gib },
      ];
      gate.guard.observe({ readings, missing: [] }, clock.now());
      loop.fill();
    },
    factor: () => gate.guard.period(clock.now())?.devices[0]?.factor,
    admissions: () => events.filter((event) => event.type === 'admission'),
    outOfMemory: () => events.flatMap((event) => (event.type === 'out-of-memory' ? [event.scope] : [])),
    running: () => open.size,
    runningIds: () => [...open.keys()],
    events,
    contexts,
    told: (name: string) => events.filter((event) => event.type === 'notice' && event.event === name) as Notice[],
    notices: () => events.flatMap((event) => (event.type === 'notice' ? [event.event] : [])),
    cancel: (id: string) => cancels.get(id)?.abort('cancelled'),
    async finish(id: string, result: AttemptResult = { outcome: 'succeeded', output: {} }) {
      open.get(id)?.(result);
      open.delete(id);
      await turn();
    },
  };
}

function jobOf(id: string, executionTimeout: number): Job {
  return {
    id,
    input: {},
    extra: {},
    policy: { executionTimeout, ttl: 86_400_000, lowPriority: false },
    enqueuedAt: Date.now(),
    attempt: 1,
  };
}
