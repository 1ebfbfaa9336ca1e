import type { Decision, Observation, Reading } from '#libs/core';
import { signalOf, threshold } from '#libs/strategies';
import { anObservation, aSample } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { endedSlowStart } from './slow-start.ts';

describe('threshold on deadlines', () => {
  it('grows after two votes and cuts after one', () => {
    expect(reasons({}, [jobs(), jobs()], 10)).toEqual(['steady', 'headroom']);
    expect(last({}, [jobs(), jobs()], 10).limit).toBe(11);
    expect(last({}, [jobs({ late: 8 })], 10)).toMatchObject({ limit: 9, reason: 'deadline-misses' });
    expect(last({}, [jobs({ late: 8 })], 40)).toMatchObject({ limit: 36 });
  });

  it('does not grow while it cools down after a cut', () => {
    expect(reasons({}, [jobs({ late: 8 }), jobs(), jobs(), jobs()], 10)).toEqual([
      'deadline-misses',
      'steady',
      'headroom',
      'steady',
    ]);
    // A growth that was cut at once doubles it.
    const flap = [jobs(), jobs(), jobs({ late: 8 }), jobs(), jobs(), jobs(), jobs()];
    expect(reasons({}, flap, 10)).toEqual([
      'steady',
      'headroom',
      'deadline-misses',
      'steady',
      'cooldown',
      'cooldown',
      'headroom',
    ]);
  });

  it('does not grow when the limit was not used', () => {
    expect(last({}, [jobs({ limited: 0.1 }), jobs({ limited: 0.1 })], 10)).toMatchObject({ reason: 'not-limited' });
  });
});

describe('threshold on devices', () => {
  it('needs five votes to grow, of both readings', () => {
    expect(reasons({}, Array<Period>(5).fill(device(0.5, 0.5)), 10).at(-1)).toBe('headroom');
    expect(reasons({}, Array<Period>(20).fill(device(0.5, 0.85)), 10)).not.toContain('headroom');
  });

  it('cuts on either: memory after two votes, utilisation after five', () => {
    expect(reasons({}, Array<Period>(2).fill(device(0.5, 0.95)), 10)).toEqual(['steady', 'signal-high']);
    expect(reasons({}, Array<Period>(5).fill(device(0.99, 0.5)), 10).at(-1)).toBe('signal-high');
  });

  it('names the signal it listens to', () => {
    expect(signalOf(last({}, [device(0.5, 0.5)], 10).terms)).toBe('gpu');
    expect(signalOf(last({ signal: 'gpu-memory' }, [device(0.5, 0.5)], 10).terms)).toBe('gpu-memory');
  });

  it('tries one more job after a minute at the bottom with a signal that stays high', () => {
    const decisions = play({ signal: 'gpu-utilization' }, Array<Period>(90).fill(device(0.99, 0.5)), 2);
    expect(decisions.map(({ reason }) => reason)).toContain('saturation-probe');
    expect(Math.min(...decisions.map(({ limit }) => limit))).toBeLessThan(2);
  });
});

describe('threshold on the queue', () => {
  const depth = { signal: 'queue-depth' } as const;

  it('grows after three periods with more waiting than the limit, once an epoch has told how the last step went', () => {
    expect(reasons(depth, [jobs(), jobs(), jobs()], 4)).toEqual(['steady', 'steady', 'headroom']);
    expect(reasons(depth, Array<Period>(9).fill(jobs({ count: 1 })), 40)).not.toContain('headroom');
  });

  it('is vetoed by late jobs', () => {
    expect(last(depth, [jobs({ late: 8 })], 10)).toMatchObject({ reason: 'deadline-misses', limit: 7.5 });
  });

  it('returns to where it began only after 30 s of idleness', () => {
    const grown = play(depth, [...Array<Period>(9).fill(jobs()), ...Array<Period>(40).fill(idle)], 4);
    expect(Math.max(...grown.map(({ limit }) => limit))).toBe(7);
    expect(grown.findIndex(({ limit }, index) => limit < (grown[index - 1]?.limit ?? 0))).toBe(38);
    expect(grown[38]?.reason).toBe('not-limited');
    expect(grown.at(-1)?.limit).toBe(6);
  });
});

it('refuses marks without a signal, and in the wrong order', async () => {
  expect(await threshold.config['~standard'].validate({ hi: 0.5 })).toHaveProperty('issues');
  const crossed = { signal: 'gpu-memory', lo: 0.95 };
  expect(await threshold.config['~standard'].validate(crossed)).toHaveProperty('issues');
});

type Period = (limit: number, seq: number) => Observation;

const idle: Period = (limit, seq) =>
  anObservation({ seq, limit, inFlight: 0, limited: 0, samples: [], queue: { waiting: 0, oldest: 0 } });

/** A second of jobs of 100 ms of their 500; the late ones took 600 ms. */
function jobs({ count = 16, late = 0, limited = 1 }: { count?: number; late?: number; limited?: number } = {}): Period {
  return (limit, seq) => {
    const finish = 1000 * (seq + 1);
    const service = (index: number): number => (index < late ? 600 : 100);
    const samples = Array.from({ length: Math.max(count, count === 1 ? 1 : Math.ceil(limit)) }, (_, index) =>
      aSample({ finish, service: service(index), deadline: 500, n: limit }),
    );
    return anObservation({ seq, limit, samples, limited });
  };
}

function device(utilization: number, memory: number): Period {
  const reading = { gpu: 'a', source: 'spec', age: 0 };
  const readings: readonly Reading[] = [
    { ...reading, name: 'gpu.utilization', value: utilization, unit: 'ratio' },
    { ...reading, name: 'gpu.memory.used', value: memory, unit: 'bytes' },
    { ...reading, name: 'gpu.memory.total', value: 1, unit: 'bytes' },
  ];
  return (limit, seq) => {
    const sample = aSample({ finish: 1000 * (seq + 1), service: 100, deadline: null, n: limit });
    return anObservation({ seq, limit, samples: Array.from({ length: 12 }, () => sample), readings });
  };
}

function play(
  parameters: Readonly<Record<string, string | number>>,
  periods: readonly Period[],
  from: number,
): readonly Decision[] {
  const result = threshold.config['~standard'].validate(parameters);
  if (result instanceof Promise || result.issues) throw new Error('refused');
  const config = result.value;
  let limit = from;
  let state = { ...threshold.initialState(config, limit), slow: endedSlowStart };
  return periods.map((period, seq) => {
    const step = threshold.step(state, period(limit, seq), config);
    state = step.state;
    limit = Math.max(1, step.decision.limit);
    return step.decision;
  });
}

function last(
  parameters: Readonly<Record<string, string | number>>,
  periods: readonly Period[],
  from: number,
): Decision {
  return play(parameters, periods, from).at(-1)!;
}

function reasons(
  parameters: Readonly<Record<string, string | number>>,
  periods: readonly Period[],
  from: number,
): readonly string[] {
  return play(parameters, periods, from).map(({ reason }) => reason);
}
