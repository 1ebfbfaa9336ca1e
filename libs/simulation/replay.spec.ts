import {
  checkpointEvery,
  checkpointOf,
  drainController,
  freezeController,
  leastOf,
  observationOf,
  overrideController,
  parseRecord,
  recordLine,
  recordVersion,
  resumeController,
  startController,
  stepController,
  type AnyStrategy,
  type ControllerSetup,
  type ControllerState,
  type DecisionRecord,
} from '#libs/core';
import { namedScenarios, replay, simulate } from '#libs/simulation';
import { aimd, builtInStrategies, pid, threshold } from '#libs/strategies';
import { describe, expect, it } from 'vitest';

describe('replay', () => {
  it.each(builtInStrategies.filter(({ explicit }) => !explicit))(
    'finds every decision of $name again, bit for bit, from the text of a log',
    (strategy) => {
      const result = replay(readBack(recordsOf(strategy, 700)), resolve);
      expect(result.difference).toBeUndefined();
      expect(result.replayed).toBe(700);
      expect(result.changes).toBeGreaterThanOrEqual(20);
    },
  );

  it('starts at any checkpoint', () => {
    const result = replay(readBack(recordsOf(aimd, 700)).slice(150), resolve);
    expect(result).toMatchObject({ skipped: 150, replayed: 400 });
    expect(result.difference).toBeUndefined();
  });

  it.each([0, 200, 500])(
    'finds a log that goes blind and comes back again, bit for bit, from its record %i on',
    (from) => {
      const records = blindRecords();
      expect(records[250]?.checkpoint).toBeUndefined();
      expect(records.slice(from).map(({ reason }) => reason)).toContain('blind');
      expect(records.at(-1)?.reason).not.toMatch(/blind|signal-stale/);
      const result = replay(readBack(records).slice(from), resolve);
      expect(result.difference).toBeUndefined();
      expect(result.replayed).toBe(900 - 300 * Math.ceil(from / 300));
    },
  );

  it('carries blindness in its checkpoints', () => {
    const [checkpoint] = blindRecords().flatMap(({ checkpoint, seq }) => (seq === 600 ? [checkpoint] : []));
    expect(checkpoint?.state.blindness).toMatchObject({ lost: true });
    expect(checkpoint?.state.initial).toBe(4);
  });

  it('finds a number that decided otherwise, and names both sides', () => {
    const records = recordsOf(aimd, 60);
    const altered = records.map((record) =>
      record.seq === 40 ? { ...record, decision: { ...record.decision, limit: record.decision.limit + 1 } } : record,
    );
    const recorded = altered[40]!.decision.limit;
    expect(replay(altered, resolve).difference).toEqual({
      id: 'simulation-40',
      path: 'decision.limit',
      recorded,
      replayed: recorded - 1,
    });
  });

  it('finds an observation that would have decided otherwise', () => {
    const records = recordsOf(aimd, 60);
    const altered = records.map((record) =>
      record.seq === 3 ? { ...record, observation: { ...record.observation, limited: 0 } } : record,
    );
    expect(replay(altered, resolve).difference).toBeDefined();
  });

  it('finds a missing record', () => {
    const records = recordsOf(aimd, 60).filter(({ seq }) => seq !== 30);
    expect(replay(records, resolve).difference).toEqual({
      id: 'simulation-31',
      path: 'seq',
      recorded: 31,
      replayed: 30,
    });
  });

  it('goes on with a worker that started anew', () => {
    const second = recordsOf(pid, 30).map((record) => ({ ...record, worker: 'another' }));
    const result = replay([...recordsOf(aimd, 30), ...second], resolve);
    expect(result).toEqual({ skipped: 0, replayed: 60, changes: expect.any(Number) as number });
  });

  it.each([30, 300])('finds the last record of a worker that was told to stop again, as number %i', (seq) => {
    const records = drainedAfter(recordsOf(aimd, seq));
    expect(records.at(-1)).toMatchObject({ seq, mode: 'draining', reason: 'draining' });
    const second = recordsOf(pid, 10).map((record) => ({ ...record, worker: 'another' }));
    const result = replay([...readBack(records), ...second], resolve);
    expect(result.difference).toBeUndefined();
    expect(result.replayed).toBe(seq + 11);
    const moved = records.map((record) =>
      record.mode === 'draining' ? { ...record, limit: { ...record.limit, after: record.limit.after + 1 } } : record,
    );
    expect(replay(moved, resolve).difference).toMatchObject({ id: `simulation-${seq}`, path: 'limit.after' });
  });

  it('says which strategy it does not know', () => {
    const result = replay(recordsOf({ ...aimd, name: 'mine' }, 3), resolve);
    expect(result.difference).toEqual({ id: 'simulation-0', path: 'strategy', recorded: 'mine', replayed: undefined });
  });
});

describe('replay of a log with orders, shadows and several strategies', () => {
  const setup: ControllerSetup = {
    ...setupOf(leastOf([aimd, threshold]), { parameters: [], initial: 1 }),
    shadows: [{ strategy: pid, config: setupOf(pid, { parameters: {}, initial: 1 }).config }],
  };
  const records = decideAnew(setup, orders);

  it.each([0, 90, 210, 320])('finds every decision again, bit for bit, from its record %i on', (from) => {
    const result = replay(readBack(records).slice(from), resolve);
    expect(result.difference).toBeUndefined();
    expect(result.replayed).toBe(500 - 100 * Math.ceil(from / 100));
  });

  it('tells the orders as they were', () => {
    const modes = [99, 100, 199, 200, 229, 230, 349, 350, 399, 400].map((seq) => records[seq]?.mode);
    expect(modes.join(' ')).toBe('auto override override frozen frozen auto auto override override auto');
    expect(records[110]?.reason).toBe('oom-cut');
    expect(records[111]).toMatchObject({ limit: { after: 16.8 }, override: { limit: 16.8 } });
    expect(records[0]).toMatchObject({ binding: 'aimd', members: [{}, {}], shadows: [{ strategy: 'pid' }] });
    expect(records[400]?.checkpoint?.state.order).toBeDefined();
  });

  it.each<[string, number, (record: DecisionRecord) => DecisionRecord]>([
    ['a limit that was ordered', 150, (record) => withOverride(record, { limit: 23 })],
    ['an order that nobody gave', 60, (record) => withOverride({ ...record, mode: 'frozen' }, {})],
    ['an order that is missing', 150, (record) => ({ ...without(record, 'override'), mode: 'auto' })],
    ['what a shadow asked for', 170, (record) => ({ ...record, shadows: [{ ...record.shadows![0]!, limit: 3 }] })],
    ['what a member asked for', 170, (record) => ({ ...record, members: record.members!.toReversed() })],
    ['whose word it was', 170, (record) => ({ ...record, binding: 'nobody' })],
  ])('finds %s', (_what, seq, alter) => {
    const altered = records.map((record) => (record.seq === seq ? alter(record) : record));
    expect(replay(altered, resolve).difference?.id).toBe(`anew-${seq}`);
  });

  it('says which shadow it does not know', () => {
    const known = (name: string): AnyStrategy | undefined => (name === 'pid' ? undefined : resolve(name));
    expect(replay(records, known).difference).toMatchObject({ path: 'strategy', recorded: 'pid' });
  });
});

describe('replay of what somebody else decides', () => {
  it.each(builtInStrategies.filter(({ explicit }) => explicit))('finds every decision of $name again', (strategy) => {
    const often = Object.fromEntries(Array.from({ length: 25 }, (_, turn) => [20 * turn, override(2 + (turn % 9))]));
    const records = decideAnew(setupOf(strategy, { parameters: {}, initial: 1 }), often);
    const result = replay(readBack(records), resolve);
    expect(result).toMatchObject({ replayed: 500 });
    expect(result.difference).toBeUndefined();
    expect(result.changes).toBeGreaterThanOrEqual(20);
  });
});

type Orders = Readonly<Record<number, (setup: ControllerSetup, state: ControllerState) => ControllerState>>;

/**
 * What people ordered, by period. The freeze of 200 is given again in the period in which it was ended; the override of
 * 350 ends at its own time, at a checkpoint.
 */
const word = { reason: 'a test', by: 'ann' };
const orders: Orders = {
  100: override(24),
  200: (setup, state) => freezeController(setup, state, word),
  210: (setup, state) => freezeController(setup, resumeController(state), word),
  230: (_setup, state) => resumeController(state),
  350: override(3, 401_000),
};

function override(limit: number, until = 1e9): Orders[number] {
  return (setup, state) => overrideController(setup, state, { limit, ...word, until });
}

/** Decides anew on the observations of a run; period 110 runs out of memory, and every 100th carries a checkpoint. */
function decideAnew(setup: ControllerSetup, ordered: Orders): readonly DecisionRecord[] {
  let state = startController(setup);
  return recordsOf(aimd, 500).map((recorded) => {
    const { seq, t, period, endpoint } = recorded;
    const jobs = { ...recorded.observation.jobs, outOfMemory: seq === 110 ? 1 : 0 };
    state = ordered[seq]?.(setup, state) ?? state;
    const before = state;
    const modifier = { returned: 1 + (seq % 7), duration: 1 };
    const observation = { ...recorded.observation, limit: state.limit, jobs, modifier };
    const step = stepController(setup, state, { seq, t, period, ...observation });
    state = step.state;
    return {
      v: recordVersion,
      seq,
      worker: 'anew',
      endpoint,
      at: t,
      t,
      period,
      strategy: setup.strategy.name,
      configHash: '',
      ...step.verdict,
      observation,
      ...(seq % 100 === 0 && { checkpoint: checkpointOf(setup, before) }),
    };
  });
}

function withOverride(record: DecisionRecord, over: object): DecisionRecord {
  return { ...record, override: { ...word, ...record.override, ...over } };
}

function without<Key extends keyof DecisionRecord>(record: DecisionRecord, key: Key): Omit<DecisionRecord, Key> {
  const { [key]: _, ...rest } = record;
  return rest;
}

function recordsOf(strategy: AnyStrategy, periods: number): readonly DecisionRecord[] {
  const setup = setupOf(strategy, { parameters: {}, initial: 1 });
  return simulate({ scenario: namedScenarios.S1, setup, seed: 7, duration: 1000 * periods }).records;
}

/** With the record of the drain that came 400 ms after the last. */
function drainedAfter(records: readonly DecisionRecord[]): readonly DecisionRecord[] {
  const setup = setupOf(aimd, { parameters: {}, initial: 1 });
  const step = (before: ControllerState, record: DecisionRecord): ControllerState =>
    stepController(setup, before, observationOf(record)).state;
  const state = records.reduce(step, startController(setup));
  const { members: _members, binding: _binding, checkpoint: _checkpoint, ...last } = records.at(-1)!;
  const [seq, t] = [last.seq + 1, last.t + 400];
  const observation = { ...last.observation, limit: state.limit };
  const { verdict } = drainController(setup, state, { t });
  const checkpoint = seq % checkpointEvery === 0 ? { checkpoint: checkpointOf(setup, state) } : {};
  return [...records, { ...last, seq, t, period: 400, observation, ...verdict, ...checkpoint }];
}

/** Its device says nothing from 540 s to 700 s. */
function blindRecords(): readonly DecisionRecord[] {
  const setup = setupOf(pid, { parameters: { signal: 'gpu-memory' }, initial: 4 });
  const scenario = { ...namedScenarios.S1, instruments: { silence: { from: 540_000, lasts: 160_000 } } };
  return simulate({ scenario, setup, seed: 7, duration: 900_000 }).records;
}

function setupOf(
  strategy: AnyStrategy,
  { parameters, initial }: { readonly parameters: object; readonly initial: number },
): ControllerSetup {
  const result = strategy.config['~standard'].validate(parameters);
  if (result instanceof Promise || result.issues) throw new Error('refused');
  return { strategy, config: result.value as unknown, bounds: { min: 1, max: 64 }, initial, dryRun: false };
}

function readBack(records: readonly DecisionRecord[]): readonly DecisionRecord[] {
  return records.map((record) => parseRecord(recordLine(record)));
}

function resolve(name: string): AnyStrategy | undefined {
  return builtInStrategies.find((strategy) => strategy.name === name);
}
