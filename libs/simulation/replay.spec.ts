import { parseRecord, recordLine, type AnyStrategy, type ControllerSetup, type DecisionRecord } from '#libs/core';
import { namedScenarios, replay, simulate } from '#libs/simulation';
import { aimd, builtInStrategies, pid, threshold } from '#libs/strategies';
import { describe, expect, it } from 'vitest';

describe('replay', () => {
  it.each([aimd, pid, threshold])(
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

  it('says which strategy it does not know', () => {
    const result = replay(recordsOf({ ...aimd, name: 'mine' }, 3), resolve);
    expect(result.difference).toEqual({ id: 'simulation-0', path: 'strategy', recorded: 'mine', replayed: undefined });
  });
});

function recordsOf(strategy: AnyStrategy, periods: number): readonly DecisionRecord[] {
  const setup = setupOf(strategy, { parameters: {}, initial: 1 });
  return simulate({ scenario: namedScenarios.S1, setup, seed: 7, duration: 1000 * periods }).records;
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
