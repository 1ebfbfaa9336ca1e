import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  defaultGuard,
  MemoryGuard,
  Window,
  type AnyStrategy,
  type ControllerSetup,
  type DecisionRecord,
  type Observation,
  type QueueDepth,
  type Reading,
} from '#libs/core';
import type { FlyballEvent } from '#libs/observability';
import { ControlLoop } from './control-loop.ts';
import { Gate } from './gate.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }));
afterEach(() => void vi.useRealTimers());

describe('the control loop', () => {
  it('gives each period one observation, one decision and one record', async () => {
    const bench = setUp({ step: (limit) => limit + 1 });
    await vi.advanceTimersByTimeAsync(3100);
    expect(bench.records().map(({ seq, limit }) => [seq, limit.before, limit.after])).toEqual([
      [0, 1, 2],
      [1, 2, 3],
      [2, 3, 4],
    ]);
    expect(bench.gate.limit).toBe(4);
  });

  it.each([
    ['throws', () => { throw new Error('boom'); }, 'threw'], // prettier-ignore
    ['asks for NaN', () => NaN, 'not-finite'],
    ['asks for less than nothing', () => -1, 'not-finite'],
    ['asks for infinitely many', () => Infinity, 'not-finite'],
  ])('holds, counts and records when the strategy %s', async (_, step, kind) => {
    const bench = setUp({ step });
    await vi.advanceTimersByTimeAsync(2100);
    expect(bench.gate.limit).toBe(1);
    expect(bench.records().map(({ reason }) => reason)).toEqual(['strategy-error', 'strategy-error']);
    expect(bench.events.filter(({ type }) => type === 'strategy-error')).toMatchObject([{ kind }, { kind }]);
  });

  it('holds when the strategy is async, whatever becomes of its promise', async () => {
    const bench = setUp({ strategy: { step: async () => Promise.reject(new Error('later')) } });
    await vi.advanceTimersByTimeAsync(1100);
    expect(bench.records()[0]).toMatchObject({ reason: 'strategy-error', error: { kind: 'threw' } });
  });

  it('holds when the strategy changes what it was given, and records what was true', async () => {
    const step = (state: unknown, observation: { limit: number }): unknown => {
      observation.limit = 99;
      return { state, decision: { limit: 99, reason: 'headroom' } };
    };
    const bench = setUp({ strategy: { step } });
    await vi.advanceTimersByTimeAsync(1100);
    expect(bench.records()[0]).toMatchObject({ reason: 'strategy-error', observation: { limit: 1 } });
  });

  it('records nothing but limit, reason and terms of a decision', async () => {
    const step = (state: unknown): unknown => ({ state, decision: { limit: 2, reason: 'headroom', huge: 10n } });
    const bench = setUp({ strategy: { step } });
    await vi.advanceTimersByTimeAsync(1100);
    expect(bench.records()[0]?.decision).toEqual({ limit: 2, reason: 'headroom' });
  });

  it('says so, and leaves the checkpoint out, when a state is too large for a record', async () => {
    const bench = setUp({ strategy: { initialState: () => 'x'.repeat(70_000) } });
    await vi.advanceTimersByTimeAsync(1100);
    expect(bench.records()[0]?.checkpoint).toBeUndefined();
    expect(bench.events).toContainEqual(expect.objectContaining({ type: 'strategy-error', kind: 'bad-state' }));
  });

  it('clamps a strategy that asks for a billion, one doubling at a time', async () => {
    const bench = setUp({ step: () => 1e9 });
    await vi.advanceTimersByTimeAsync(8100);
    expect(bench.records().map(({ limit }) => limit.after)).toEqual([2, 4, 8, 16, 32, 64, 64, 64]);
    expect(bench.records().at(-1)?.bounds.bit).toBe('max');
  });

  it('goes on without the depth of a queue that does not answer', async () => {
    const bench = setUp({ step: (limit) => limit, depth: () => new Promise(() => undefined) });
    await vi.advanceTimersByTimeAsync(2600);
    expect(bench.records()).toHaveLength(2);
    expect(bench.records()[0]?.observation.queue).toBeUndefined();
  });

  it('cuts the limit at once after an out-of-memory failure, whatever the strategy says', async () => {
    const bench = setUp({ step: (limit) => limit + 1, initial: 10 });
    bench.window.ended({ outcome: 'overloaded', errorType: 'out-of-memory', finish: 1, service: 1, n: 10 });
    await vi.advanceTimersByTimeAsync(1100);
    expect(bench.records()[0]).toMatchObject({ reason: 'oom-cut', limit: { after: 7 } });
  });

  it('leaves the limit alone in a dry run', async () => {
    const bench = setUp({ step: (limit) => limit + 5, dryRun: true, initial: 3 });
    await vi.advanceTimersByTimeAsync(2100);
    expect(bench.records()[1]).toMatchObject({ mode: 'dry-run', decision: { limit: 8 }, limit: { after: 3 } });
  });

  it('writes a checkpoint into the first record, so that a replay can start there', async () => {
    const bench = setUp({ step: (limit) => limit });
    await vi.advanceTimersByTimeAsync(2100);
    expect(bench.records().map(({ checkpoint }) => checkpoint !== undefined)).toEqual([true, false]);
  });
});

describe('the start of a drain', () => {
  it('has a last record, of what was there when it began, and nothing after it', async () => {
    const bench = setUp({ step: (limit) => limit + 1 });
    await vi.advanceTimersByTimeAsync(2100);
    const place = bench.gate.enter({});
    const drained = bench.loop.drain();
    place.leave();
    await drained;
    await vi.advanceTimersByTimeAsync(5000);
    expect(bench.records().map(({ seq, mode }) => [seq, mode])).toEqual([
      [0, 'auto'],
      [1, 'auto'],
      [2, 'draining'],
    ]);
    const last = bench.records().at(-1);
    expect(last).toMatchObject({
      action: 'hold',
      reason: 'draining',
      decision: { limit: 3, reason: 'draining' },
      limit: { before: 3, after: 3, gate: 3, was: 2 },
      observation: { inFlight: { last: 1 }, queue: { waiting: 3 } },
      period: 100,
    });
    expect(bench.loop.last).toBe(last);
  });

  it('is told though the queue does not answer', async () => {
    const bench = setUp({ step: (limit) => limit, depth: () => new Promise(() => undefined) });
    const drained = bench.loop.drain();
    await vi.advanceTimersByTimeAsync(300);
    await drained;
    expect(bench.records()).toMatchObject([{ mode: 'draining', seq: 0, checkpoint: { state: { limit: 1 } } }]);
  });

  it('asks no strategy, and ends what a person ordered', async () => {
    const bench = setUp({ step: (limit) => limit + 1, initial: 5 });
    bench.loop.freeze({ reason: 'deploy', by: 'ops' });
    await vi.advanceTimersByTimeAsync(1100);
    await bench.loop.drain();
    expect(bench.records().map(({ mode }) => mode)).toEqual(['frozen', 'draining']);
    expect(bench.records().at(-1)).not.toHaveProperty('override');
    expect(bench.steps()).toBe(1);
  });

  it('goes on without a record when nothing can be observed', async () => {
    const fail = (): never => {
      throw new Error('no telemetry');
    };
    const bench = setUp({ readings: fail });
    await bench.loop.drain();
    expect(bench.events).toMatchObject([
      { type: 'notice', event: 'period-failed', fields: { error: 'Error: no telemetry' } },
    ]);
  });

  it('comes once', async () => {
    const bench = setUp({});
    await Promise.all([bench.loop.drain(), bench.loop.drain()]);
    expect(bench.records()).toHaveLength(1);
  });
});

describe('the depth of the queue', () => {
  const operations = (events: readonly FlyballEvent[]) =>
    events.flatMap((event) => (event.type === 'queue-operation' ? [[event.operation, event.result]] : []));

  it.each([
    ['counted when it is told', undefined, [['depth', 'ok']]],
    ['counted when it fails', () => Promise.reject(new Error('gone')), [['depth', 'error']]],
    ['counted when it is late', () => new Promise<never>(() => undefined), [['depth', 'error']]],
    ['not counted where the queue cannot tell it', async () => undefined, []],
  ])('is %s', async (_, depth, counted) => {
    const bench = setUp({ ...(depth && { depth }) });
    await vi.advanceTimersByTimeAsync(1400);
    expect(operations(bench.events)).toEqual(counted);
  });
});

describe('the memory guard in the control loop', () => {
  const gib = 2 ** 30;
  const readings = (used: number): readonly Reading[] => {
    const about = { gpu: 'GPU-a', unit: 'bytes', source: 'nvml', age: 0 } as const;
    return [
      { ...about, name: 'gpu.memory.used', value: used },
      { ...about, name: 'gpu.memory.total', value: 80 * gib },
    ];
  };

  it('is in no record while no memory is known and none is expected', async () => {
    const bench = setUp({ step: (limit) => limit });
    await vi.advanceTimersByTimeAsync(1100);
    expect(bench.records()[0]).not.toHaveProperty('guard');
  });

  it('learns from each period, is in its record, and is asked again when the period has turned', async () => {
    const answers: boolean[] = [];
    const bench = setUp({ step: (limit) => limit, initial: 4, expected: true, readings: () => readings(10 * gib) });
    bench.gate.enter({});
    bench.gate.onRoom(() => answers.push(bench.gate.admits({})));
    expect(bench.gate.admits({})).toBe(false);
    await vi.advanceTimersByTimeAsync(1100);
    expect(bench.records()[0]?.guard).toMatchObject({ state: 'cold', refused: 1 });
    // By the reading of this period: two at once while nothing is learnt.
    expect(answers).toEqual([true]);
  });

  it('has its refusals in the record of the period in which it refused', async () => {
    const bench = setUp({ step: (limit) => limit, initial: 4, expected: true });
    bench.gate.enter({});
    bench.gate.onRoom(() => bench.gate.admits({}));
    await vi.advanceTimersByTimeAsync(3100);
    expect(bench.records().map(({ guard }) => guard?.refused)).toEqual([0, 1, 1]);
  });
});

describe('a person over the control loop', () => {
  const why = { reason: 'load test', by: 'ops' };

  it('overrides the limit in the same turn, in the record from the period on', async () => {
    const bench = setUp({ step: (limit) => limit + 1 });
    await vi.advanceTimersByTimeAsync(1500);
    bench.loop.override({ limit: 12, forMs: 60_000, ...why });
    expect(bench.gate.limit).toBe(12);
    await vi.advanceTimersByTimeAsync(1000);
    expect(bench.records().at(-1)).toMatchObject({
      mode: 'override',
      reason: 'override',
      decision: { limit: 3 },
      limit: { before: 2, after: 12 },
      override: { limit: 12, reason: 'load test', by: 'ops', until: 61_500 },
    });
  });

  it('may take no jobs at all, and not fewer than the least', async () => {
    const bench = setUp({ min: 3, initial: 4 });
    bench.loop.override({ limit: 0, forMs: 60_000, ...why });
    expect(bench.gate.limit).toBe(0);
    bench.loop.override({ limit: 1, forMs: 60_000, ...why });
    expect(bench.gate.limit).toBe(3);
    await vi.advanceTimersByTimeAsync(1100);
    expect(bench.gate.limit).toBe(3);
  });

  it('has an override end by itself, and the strategy goes on from the limit in force', async () => {
    const bench = setUp({ step: (limit) => limit + 1 });
    bench.loop.override({ limit: 12, forMs: 2500, ...why });
    await vi.advanceTimersByTimeAsync(4100);
    expect(bench.records().map(({ mode, limit }) => [mode, limit.after])).toEqual([
      ['override', 12],
      ['override', 12],
      ['auto', 13],
      ['auto', 14],
    ]);
    expect(bench.loop.order).toBeUndefined();
  });

  it('freezes the limit until resumed', async () => {
    const bench = setUp({ step: (limit) => limit + 1, initial: 5 });
    bench.loop.freeze(why);
    await vi.advanceTimersByTimeAsync(2100);
    bench.loop.resume();
    await vi.advanceTimersByTimeAsync(1000);
    expect(bench.records().map(({ mode, limit }) => [mode, limit.after])).toEqual([
      ['frozen', 5],
      ['frozen', 5],
      ['auto', 6],
    ]);
  });

  it('who thinks better of an override within its first period leaves the limit as it was', () => {
    const bench = setUp({ initial: 5 });
    bench.loop.override({ limit: 12, forMs: 60_000, ...why });
    bench.loop.resume();
    expect(bench.gate.limit).toBe(5);
    bench.loop.override({ limit: 12, forMs: 60_000, ...why });
    bench.loop.freeze(why);
    expect(bench.gate.limit).toBe(5);
  });

  it.each([
    ['NO_REASON', { limit: 12, reason: ' ', by: 'ops' }],
    ['NO_AUTHOR', { limit: 12, reason: 'why not', by: '' }],
    ['BAD_LIMIT', { limit: 65, ...why }],
    ['BAD_LIMIT', { limit: NaN, ...why }],
  ])('is refused with %s, and nothing changes', (code, order) => {
    const bench = setUp({ initial: 5 });
    expect(() => bench.loop.override({ forMs: 60_000, ...order })).toThrow(code);
    expect(bench.gate.limit).toBe(5);
    expect(bench.loop.order).toBeUndefined();
  });

  it('is refused in a dry run', () => {
    const bench = setUp({ initial: 5, dryRun: true });
    expect(() => bench.loop.freeze(why)).toThrow('DRY_RUN');
  });
});

it('says of a shadow that failed that it did, and goes on', async () => {
  const shadow = strategyOf(() => NaN);
  const bench = setUp({
    step: (limit) => limit + 1,
    shadows: [{ strategy: { ...shadow, name: 'other' }, config: {} }],
  });
  await vi.advanceTimersByTimeAsync(1100);
  expect(bench.gate.limit).toBe(2);
  expect(bench.events).toContainEqual(
    expect.objectContaining({ type: 'strategy-error', strategy: 'other', kind: 'not-finite', shadow: true }),
  );
});

interface SetUp {
  readonly min?: number;
  /** A guard that waits for its first reading. */
  readonly expected?: boolean;
  readonly readings?: () => readonly Reading[];
  readonly shadows?: NonNullable<ControllerSetup['shadows']>;
  readonly step?: (limit: number) => number;
  readonly strategy?: Readonly<Record<string, unknown>>;
  readonly depth?: () => Promise<QueueDepth | undefined>;
  readonly initial?: number;
  readonly dryRun?: boolean;
}

function setUp(options: SetUp) {
  const events: FlyballEvent[] = [];
  const clock = { now: () => Date.now(), wall: () => Date.now() };
  vi.setSystemTime(0);
  const initial = options.initial ?? 1;
  const guard = new MemoryGuard(defaultGuard, { expected: options.expected === true }, clock.now());
  const gate = new Gate(initial, clock, guard);
  const window = new Window();
  const { step = (limit: number): number => limit } = options;
  let steps = 0;
  const counted = (limit: number): number => {
    steps += 1;
    return step(limit);
  };
  const loop = new ControlLoop({
    setup: {
      strategy: { ...strategyOf(counted), ...options.strategy },
      config: {},
      bounds: { min: options.min ?? 1, max: 64 },
      initial,
      dryRun: options.dryRun ?? false,
      ...(options.shadows && { shadows: options.shadows }),
    },
    identity: { worker: 'w', endpoint: 'local', strategy: 'test', configHash: '' },
    periodMs: 1000,
    source: { depth: options.depth ?? (async () => ({ waiting: 3, lowPriority: 0, leased: 1, oldestAge: 12 })) },
    observeTelemetry: () => ({ readings: options.readings?.() ?? [], missing: [] }),
    gate,
    window,
    clock,
    emit: (event) => events.push(event),
  });
  loop.start();
  return {
    loop,
    gate,
    window,
    events,
    steps: () => steps,
    records: (): DecisionRecord[] => events.flatMap((event) => (event.type === 'period' ? [event.record] : [])),
  };
}

function strategyOf(step: (limit: number) => number): AnyStrategy {
  return {
    name: 'test',
    summary: 'for this spec',
    config: { '~standard': { version: 1, vendor: 'spec', validate: () => ({ value: {} }) } },
    initialState: () => ({}),
    step: (state: unknown, { limit }: Observation) => ({ state, decision: { limit: step(limit), reason: 'steady' } }),
  };
}
