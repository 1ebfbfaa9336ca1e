import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Window, type AnyStrategy, type DecisionRecord, type Observation, type QueueDepth } from '#libs/core';
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

interface SetUp {
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
  const gate = new Gate(initial, clock);
  const window = new Window();
  const loop = new ControlLoop({
    setup: {
      strategy: { ...strategyOf(options.step ?? ((limit) => limit)), ...options.strategy },
      config: {},
      bounds: { min: 1, max: 64 },
      initial,
      dryRun: options.dryRun ?? false,
    },
    identity: { worker: 'w', endpoint: 'local', strategy: 'test', configHash: '' },
    periodMs: 1000,
    source: { depth: options.depth ?? (async () => ({ waiting: 3, lowPriority: 0, leased: 1, oldestAge: 12 })) },
    observeTelemetry: () => ({ readings: [], missing: [] }),
    gate,
    window,
    clock,
    emit: (event) => events.push(event),
  });
  loop.start();
  return {
    gate,
    window,
    events,
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
