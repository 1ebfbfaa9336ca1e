import type { Decision, Observation } from '#libs/core';
import { aimd, signalOf } from '#libs/strategies';
import { anObservation, aSample } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { endedSlowStart, newSlowStart } from './slow-start.ts';

const config = { lo: 0.02, hi: 0.05, add: 0.05 };

describe('aimd', () => {
  it('doubles per period in slow start while jobs are on time', () => {
    expect(play([second(), second(), second()], { from: 1, ramp: true }).map(({ limit }) => limit)).toEqual([2, 4, 8]);
  });

  it('ends slow start when more than a tenth of the last jobs are late, and cuts', () => {
    const decisions = play([second(), second({ late: 4 })], { from: 2, ramp: true });
    expect(decisions[1]).toMatchObject({ limit: 3, reason: 'deadline-misses', terms: { late: 0.5 } });
  });

  it('grows by one while the limit is used and deadlines are met', () => {
    expect(last([second()], 4)).toMatchObject({ limit: 5, reason: 'headroom' });
    expect(last([second({ count: 64 })], 40)).toMatchObject({ limit: 42, reason: 'headroom' });
  });

  it('does not grow when the limit was not used', () => {
    expect(last([second({ limited: 0.2 })], 4)).toMatchObject({ limit: 4, reason: 'not-limited' });
  });

  it('holds between two closes of an epoch', () => {
    expect(last([second({ count: 2 })], 4)).toMatchObject({ limit: 4, reason: 'epoch-open' });
  });

  it('cuts by half the late share', () => {
    expect(last([second({ late: 4 })], 4)).toMatchObject({ limit: 3, reason: 'deadline-misses', terms: { late: 0.5 } });
  });

  it('does not take one late job among few for a share', () => {
    expect(last([second({ late: 1 })], 4)).toMatchObject({ limit: 4, reason: 'steady', terms: { late: 0.125 } });
    expect(last([second({ late: 1 }), second({ late: 1 })], 4)).toMatchObject({ reason: 'deadline-misses' });
  });

  it('holds between the marks', () => {
    expect(last([second({ count: 64, late: 2 })], 4)).toMatchObject({ limit: 4, reason: 'steady' });
  });

  it('waits, ever longer, before it tries a level again that clearly failed', () => {
    const plant: Period = (limit, seq) => second(limit >= 4 ? { late: 4 } : {})(limit, seq);
    const decisions = play(Array<Period>(120).fill(plant), { from: 1 });
    const tries = decisions.flatMap(({ reason }, seq) => (reason === 'deadline-misses' ? [seq] : []));
    expect(tries.slice(1).map((seq, index) => seq - tries[index]!)).toEqual([5, 9, 17, 17, 17, 17, 17, 17]);
  });

  it('goes back to a level known to be good when jobs wait', () => {
    const good = Array<Period>(6).fill(second({ count: 16 }));
    expect(last([...good, second({ count: 16, late: 16 }), second()], 8)).toMatchObject({
      limit: 13,
      reason: 'queue-pressure',
    });
  });

  it('takes what an upstream refuses for a fifth of the jobs late', () => {
    expect(last([second({ throttled: 3 })], 10)).toMatchObject({ limit: 9, reason: 'overloaded' });
  });

  it('gives way at the bottom when jobs are late even alone, and says so', () => {
    const decisions = play(Array<Period>(12).fill(second({ late: 3 })), { from: 1 });
    expect(decisions.find(({ terms }) => terms?.['atFloor'] === 1)).toMatchObject({ reason: 'deadline-misses' });
    expect(Math.max(...decisions.map(({ limit }) => limit))).toBeGreaterThanOrEqual(2);
  });

  it('takes back a cut that costs more than it brings', () => {
    // A quarter of the jobs is late at any limit.
    const plant: Period = (limit, seq) => second({ count: 4 * Math.floor(limit), late: Math.floor(limit) })(limit, seq);
    const gates = play(Array<Period>(40).fill(plant), { from: 8 }).map(({ limit }) => Math.floor(limit));
    expect(Math.min(...gates.slice(20))).toBeGreaterThanOrEqual(6);
  });

  it('follows throughput where no job has a deadline', () => {
    expect(signalOf(last([second({ deadline: null })], 1).terms)).toBe('plateau');
  });

  it('refuses marks in the wrong order, and names it does not know', async () => {
    expect(await aimd.config['~standard'].validate({ lo: 0.1, hi: 0.1 })).toHaveProperty('issues');
    expect(await aimd.config['~standard'].validate({ higher: 1 })).toHaveProperty('issues');
    expect(await aimd.config['~standard'].validate({})).toEqual({ value: config });
  });
});

interface Second {
  readonly count?: number;
  readonly late?: number;
  readonly limited?: number;
  readonly throttled?: number;
  readonly deadline?: number | null;
  readonly inFlight?: number;
}

type Period = (limit: number, seq: number) => Observation;

/** A second with so many jobs of 100 ms of their 500, the late ones of 600 ms. */
function second({ count = 8, late = 0, throttled = 0, deadline = 500, ...rest }: Second = {}): Period {
  return (limit, seq) => {
    const finish = 1000 * (seq + 1);
    const service = (index: number): number => (index < late ? 600 : 100);
    const n = Math.floor(limit);
    const samples = Array.from({ length: count }, (_, index) =>
      aSample({ finish, service: service(index), deadline, n }),
    );
    return anObservation({ seq, limit, samples, jobs: { throttled }, ...rest });
  };
}

function play(
  periods: readonly Period[],
  { from, ramp = false }: { from: number; ramp?: boolean },
): readonly Decision[] {
  let limit = from;
  let state = { ...aimd.initialState(config, limit), slow: ramp ? newSlowStart : endedSlowStart };
  return periods.map((period, seq) => {
    const step = aimd.step(state, period(limit, seq), config);
    state = step.state;
    limit = Math.max(1, step.decision.limit);
    return step.decision;
  });
}

function last(periods: readonly Period[], from: number): Decision {
  return play(periods, { from }).at(-1)!;
}
