import { parseRecord, recordLine, type AnyStrategy, type DecisionRecord } from '#libs/core';
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
  const result = strategy.config['~standard'].validate({});
  if (result instanceof Promise || result.issues) throw new Error('no defaults');
  const bounds = { min: 1, max: 64 };
  const setup = { strategy, config: result.value as unknown, bounds, initial: 1, dryRun: false };
  const scenario = namedScenarios.S1;
  return simulate({ scenario, setup, seed: 7, duration: 1000 * periods }).records;
}

function readBack(records: readonly DecisionRecord[]): readonly DecisionRecord[] {
  return records.map((record) => parseRecord(recordLine(record)));
}

function resolve(name: string): AnyStrategy | undefined {
  return builtInStrategies.find((strategy) => strategy.name === name);
}
