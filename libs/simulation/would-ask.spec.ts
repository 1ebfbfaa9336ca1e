import type { AnyStrategy, DecisionRecord } from '#libs/core';
import { namedScenarios, simulate, wouldAsk } from '#libs/simulation';
import { aimd } from '#libs/strategies';
import { describe, expect, it } from 'vitest';

describe('what another strategy would have asked for', () => {
  it('is what the recorded one asked for, where it is the same', () => {
    const records = recordsOf(200);
    const asked = wouldAsk(records, { strategy: aimd, config: configOf(aimd) });
    expect(asked).toMatchObject({ periods: 200, higher: 0, lower: 0, errors: 0 });
    expect(asked.first).toBeUndefined();
    expect(asked.meanAsked).toBe(asked.meanInForce);
  });

  it('is compared with the limit in force, gate by gate', () => {
    const records = recordsOf(200);
    const asked = wouldAsk(records, { strategy: holding(8), config: {} });
    const gates = records.map(({ limit }) => limit.gate);
    const higher = gates.filter((gate, seq) => gate < Math.min(8, 2 ** (seq + 1))).length;
    expect(asked.higher).toBe(higher);
    expect(asked.lower).toBe(gates.filter((gate) => gate > 8).length);
    expect(asked.higher).toBeGreaterThan(0);
    expect(asked.lower).toBeGreaterThan(100);
    expect(asked.first).toEqual({ id: 'simulation-0', t: 1000, inForce: 1, asked: 2, reason: 'steady' });
  });

  it('shows some periods from the first to the last', () => {
    const { some } = wouldAsk(recordsOf(200), { strategy: holding(8), config: {} }, 5);
    expect(some.map(({ t }) => t)).toEqual([1000, 51_000, 101_000, 150_000, 200_000]);
    expect(wouldAsk(recordsOf(3), { strategy: holding(8), config: {} }, 5).some).toHaveLength(3);
    const none = { periods: 0, higher: 0, lower: 0, meanInForce: 0, meanAsked: 0, errors: 0, some: [] };
    expect(wouldAsk([], { strategy: holding(8), config: {} })).toEqual(none);
  });

  it('begins anew with each worker, at the limit in force then', () => {
    const records = recordsOf(100);
    const second = records.slice(60).map((record) => ({ ...record, worker: 'second' }));
    const { some } = wouldAsk([...records.slice(0, 60), ...second], { strategy: holding(64), config: {} }, 100);
    expect(some[59]?.asked).toBe(64);
    expect(some[60]?.asked).toBe(Math.min(64, 2 * second[0]!.observation.limit));
  });

  it('is nothing once the worker was told to stop', () => {
    const records = recordsOf(20).map((record) =>
      record.seq === 19 ? { ...record, mode: 'draining' as const } : record,
    );
    expect(wouldAsk(records, { strategy: holding(8), config: {} })).toMatchObject({ periods: 19 });
  });

  it('counts the periods in which it fails', () => {
    const failing: AnyStrategy = {
      ...holding(8),
      step() {
        throw new Error('no idea');
      },
    };
    expect(wouldAsk(recordsOf(20), { strategy: failing, config: {} })).toMatchObject({ periods: 20, errors: 20 });
  });
});

function recordsOf(periods: number): readonly DecisionRecord[] {
  const bounds = { min: 1, max: 64 };
  const setup = { strategy: aimd, config: configOf(aimd), bounds, initial: 1, dryRun: false };
  return simulate({ scenario: namedScenarios.S1, setup, seed: 7, duration: 1000 * periods }).records;
}

function configOf(strategy: AnyStrategy): unknown {
  const result = strategy.config['~standard'].validate({});
  return 'value' in result ? result.value : undefined;
}

function holding(limit: number): AnyStrategy {
  const config = aimd.config;
  const step: AnyStrategy['step'] = () => ({ state: 0, decision: { limit, reason: 'steady' } });
  return { name: 'holding', summary: '', config, initialState: () => 0, step };
}
