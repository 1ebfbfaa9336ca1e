import type { Decision, Observation, Reading } from '#libs/core';
import { pid, signalOf } from '#libs/strategies';
import { anObservation, aSample } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import { endedSlowStart, newSlowStart } from './slow-start.ts';

describe('pid', () => {
  it('grows while q_0.9 of slack is below its set point, and shrinks above', () => {
    expect(last({}, [slack(0.45)], 10)).toMatchObject({ reason: 'headroom', terms: { slack: 0.45, error: 0.4 } });
    expect(last({}, [slack(0.45)], 10).limit).toBeCloseTo(10 * Math.exp(0.5 * 0.375 * 0.4), 3);
    expect(last({}, [slack(0.98)], 10)).toMatchObject({ reason: 'latency-high' });
  });

  it('does not grow when the limit was not used', () => {
    expect(last({}, [slack(0.45, { limited: 0.1 })], 10)).toMatchObject({ limit: 10, reason: 'not-limited' });
  });

  it('does not leave many late jobs to the integral', () => {
    expect(last({}, [slack(1.4), slack(1.4)], 10)).toMatchObject({ limit: 5, reason: 'latency-high' });
  });

  it('holds without samples that have a deadline', () => {
    const decision = last({ signal: 'slack' }, [slack(0.4, { deadline: null })], 10);
    expect(decision).toMatchObject({ limit: 10, reason: 'no-samples' });
  });

  it('listens by itself to deadlines, else to devices, else to throughput', () => {
    const signals = [[slack(0.4)], [device(0.5, 0.5)], [slack(0.4, { deadline: null })]].map((periods) =>
      signalOf(last({}, periods, 4).terms),
    );
    expect(signals).toEqual(['slack', 'gpu', 'plateau']);
  });

  it('follows the fuller of utilisation and memory', () => {
    expect(last({}, [device(0.5, 0.95)], 10)).toMatchObject({ reason: 'signal-high', terms: { memory: 0.95 } });
    expect(last({}, [device(0.5, 0.6)], 10)).toMatchObject({ reason: 'headroom' });
    expect(last({ signal: 'gpu-utilization' }, [device(0.5, 0.95)], 10)).toMatchObject({ reason: 'headroom' });
  });

  it('holds when its device says nothing, or nothing new', () => {
    expect(last({ signal: 'gpu-memory' }, [slack(0.4)], 10)).toMatchObject({ limit: 10, reason: 'signal-missing' });
    const gone = Array<Period>(5).fill(slack(0.4, { deadline: null }));
    expect(last({ signal: 'gpu-memory' }, [device(0.5, 0.5), ...gone], 10)).toMatchObject({ reason: 'signal-stale' });
  });

  it('ends its ramp when a device is at four fifths of the set point', () => {
    const decisions = play({}, [device(0.3, 0.3), device(0.3, 0.7)], { from: 4, ramp: true });
    expect(decisions.map(({ reason }) => reason)).toEqual(['slow-start', 'steady']);
  });

  it('grows on queue wait and never shrinks on it', () => {
    const waited = (p50: number): Period => slack(0.3, { wait: { p50, p95: p50 } });
    expect(last({ signal: 'queue-wait' }, [waited(900)], 10)).toMatchObject({ reason: 'headroom' });
    expect(last({ signal: 'queue-wait' }, [waited(0)], 10)).toMatchObject({ limit: 10, reason: 'steady' });
    expect(last({ signal: 'queue-wait' }, [slack(1.2)], 10)).toMatchObject({ reason: 'deadline-misses', limit: 5 });
  });

  it('has its own set point for queue wait', () => {
    expect([configOf({}), configOf({ signal: 'queue-wait' })].map(({ setpoint }) => setpoint)).toEqual([0.85, 0.25]);
  });
});

type Period = (limit: number, seq: number) => Observation;

/** A second of jobs that took this share of their deadline. */
function slack(
  share: number,
  { deadline = 500, ...over }: { deadline?: number | null; limited?: number; wait?: { p50: number; p95: number } } = {},
): Period {
  return (limit, seq) => {
    const sample = aSample({ finish: 1000 * (seq + 1), service: 500 * share, deadline, n: limit });
    return anObservation({ seq, limit, samples: Array.from({ length: 16 }, () => sample), ...over });
  };
}

function device(utilization: number, memory: number): Period {
  const reading = { gpu: 'a', source: 'spec', age: 0 };
  const readings: readonly Reading[] = [
    { ...reading, name: 'gpu.utilization', value: utilization, unit: 'ratio' },
    { ...reading, name: 'gpu.memory.used', value: memory, unit: 'bytes' },
    { ...reading, name: 'gpu.memory.total', value: 1, unit: 'bytes' },
  ];
  return (limit, seq) => ({ ...slack(0.4, { deadline: null })(limit, seq), readings });
}

type Given = Readonly<Record<string, string | number>>;

function configOf(parameters: Given): Parameters<typeof pid.step>[2] {
  const result = pid.config['~standard'].validate(parameters);
  if (result instanceof Promise || result.issues) throw new Error('refused');
  return result.value;
}

function play(
  parameters: Given,
  periods: readonly Period[],
  { from, ramp = false }: { from: number; ramp?: boolean },
): readonly Decision[] {
  const config = configOf(parameters);
  let limit = from;
  let state = { ...pid.initialState(config, limit), slow: ramp ? newSlowStart : endedSlowStart };
  return periods.map((period, seq) => {
    const step = pid.step(state, period(limit, seq), config);
    state = step.state;
    limit = Math.max(1, step.decision.limit);
    return step.decision;
  });
}

function last(parameters: Given, periods: readonly Period[], from: number): Decision {
  return play(parameters, periods, { from }).at(-1)!;
}
