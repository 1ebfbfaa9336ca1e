import { describe, expect, it } from 'vitest';
import type { AnyStrategy, Decision, Observation } from '#libs/core';
import { anObservation, aSample, describeStrategy } from '#libs/testing';
import { gradient } from './gradient.ts';
import { vegas } from './vegas.ts';

for (const law of [vegas, gradient]) {
  describeStrategy(law);

  describe(`the law ${law.name}`, () => {
    it('grows while jobs are as fast as alone', () => {
      const decisions = play(law, [...ramp, ...times(6, jobs(100))]);
      expect(decisions.slice(ramp.length).map(({ reason }) => reason)).toContain('headroom');
      expect(decisions.at(-1)?.limit).toBeGreaterThan(decisions[ramp.length]?.limit ?? Infinity);
    });

    it('ends its slow start where jobs have become much slower than alone', () => {
      const decisions = play(law, ramp);
      expect(decisions.map(({ reason }) => reason)).toEqual([...times(ramp.length - 1, 'slow-start'), 'steady']);
    });

    it('shrinks when jobs are slow though none is late', () => {
      const decisions = play(law, [...ramp, jobs(900), jobs(900)]);
      expect(decisions.at(-1)).toMatchObject({ reason: 'latency-high', terms: { y: 0.9, lowest: 0.1 } });
    });

    it('does not grow when the limit was not used', () => {
      const decisions = play(law, [...ramp, ...times(3, jobs(100, { limited: 0.1 }))]);
      expect(decisions.at(-1)).toMatchObject({ reason: 'not-limited' });
    });

    it('leaves late jobs to aimd', () => {
      const decisions = play(law, [...ramp, jobs(1200), jobs(1200)]);
      expect(decisions.at(-1)).toMatchObject({ reason: 'deadline-misses' });
    });

    it('is aimd where service times have nothing to do with deadlines, and where there are none', () => {
      const mixed = play(law, times(20, jobs(100, { mixed: true })));
      expect(mixed.at(-1)?.terms).toMatchObject({ fallback: 1, signalDeadlineMisses: 1 });
      const blind = play(law, times(20, jobs(100, { deadline: null })));
      expect(blind.at(-1)?.terms).toMatchObject({ fallback: 1, signalPlateau: 1 });
    });

    it('takes declared sizes for what jobs should take, also without deadlines', () => {
      const sized = { deadline: null, mixed: true, sized: true };
      const decisions = play(law, [jobs(100, sized), ...times(30, jobs(100, sized)), ...times(30, jobs(5000, sized))]);
      expect(decisions.map(({ reason }) => reason)).toContain('latency-high');
      expect(decisions.at(-1)?.terms).not.toHaveProperty('fallback');
    });
  });
}

type Period = (limit: number, seq: number) => Observation;

interface Shape {
  readonly limited?: number;
  readonly deadline?: number | null;
  /** Every other job takes three times as long. */
  readonly mixed?: boolean;
  /** Jobs declare that. */
  readonly sized?: boolean;
}

/** A second of jobs that take so long. */
function jobs(service: number, { limited = 1, deadline = 1000, mixed = false, sized = false }: Shape = {}): Period {
  return (limit, seq) => {
    const samples = Array.from({ length: Math.max(6, Math.ceil(limit)) }, (_, index) => {
      const units = mixed && index % 2 === 1 ? 3 : 1;
      const size = sized ? units : null;
      return aSample({ finish: 1000 * (seq + 1), service: units * service, deadline, size, n: limit });
    });
    return anObservation({ seq, limit, limited, samples });
  };
}

/** Fast at first, then slower, and within the deadline. */
const ramp = [...times(4, jobs(100)), jobs(450)];

function times<T>(count: number, value: T): readonly T[] {
  return Array.from({ length: count }, () => value);
}

function play(law: AnyStrategy, periods: readonly Period[]): readonly Decision[] {
  const result = law.config['~standard'].validate({});
  if (result instanceof Promise || result.issues) throw new Error('refused');
  let limit = 2;
  let state: unknown = law.initialState(result.value, limit);
  return periods.map((period, seq) => {
    const step = law.step(state, period(limit, seq), result.value);
    state = step.state;
    limit = Math.min(64, Math.max(1, step.decision.limit));
    return step.decision;
  });
}
