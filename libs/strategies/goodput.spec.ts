import type { Decision, JobSample } from '#libs/core';
import {
  curves,
  namedScenarios,
  simulate,
  slowdown,
  type Curve,
  type Scenario,
  type Simulation,
} from '#libs/simulation';
import { goodput, signalOf } from '#libs/strategies';
import { anObservation, aSample, type ObservationFields } from '#libs/testing';
import { describe, expect, it } from 'vitest';
import type { GoodputConfig } from './goodput-config.ts';
import { endedRamp } from './goodput-ramp.ts';
import { endedSlowStart } from './slow-start.ts';

const config: GoodputConfig = { near: 0.99, memory: 400, probe: 0.08, brake: 0.1 };

describe('goodput', () => {
  it('finds the knee of a peaked curve within half a minute, from 1, and stays there', () => {
    const { records } = run(namedScenarios.S1, 300_000);
    const gates = records.map(({ limit }) => limit.gate);
    expect(gates[30]).toBeGreaterThanOrEqual(24);
    expect(gates.slice(60).filter((gate) => gate < 24 || gate > 32).length).toBeLessThan(0.1 * gates.length);
  });

  it('comes within 4 % of the best fixed limit there', () => {
    const { totals } = run(namedScenarios.S1, 600_000);
    expect(totals.onTime / 600).toBeGreaterThan(0.96 * 13.8);
  });

  it('comes down within 15 s where the device runs at half speed, mostly because it notices', () => {
    const scenario = { ...namedScenarios.S1, plant: halfSpeedAfter(120_000) };
    const runs = [1, 2, 3, 4, 5, 6, 7, 11].map((seed) => run(scenario, 240_000, seed).records);
    const lower = runs.map((records) => meanGate(records, 135_000, 150_000) / meanGate(records, 60_000, 120_000));
    expect(Math.max(...lower)).toBeLessThan(0.65);
    const shifts = runs.map((records) => records.find(({ decision }) => decision.terms?.['shift'] !== undefined));
    expect(shifts.every((shift) => shift === undefined || shift.t > 120_000)).toBe(true);
    const inTime = shifts.flatMap((shift) => (shift !== undefined && shift.t < 135_000 ? [shift] : []));
    expect(inTime.length).toBeGreaterThanOrEqual(5);
    expect(inTime.every(({ decision }) => decision.terms!['shift']! > 0.15)).toBe(true);
  });

  it('ramps up by the jobs done while there is too little to fit', () => {
    const decisions = play(
      Array.from({ length: 2 }, () => second({ count: 3 })),
      { from: 4 },
    );
    expect(decisions).toMatchObject([
      { limit: 7, reason: 'slow-start' },
      { limit: 10, reason: 'slow-start' },
    ]);
  });

  it('ends the ramp where the model sees that it is enough, long before jobs are late', () => {
    const decisions = play(
      Array.from({ length: 20 }, () => second({ count: 40, deadline: 400 })),
      { from: 4 },
    );
    const end = decisions.findIndex(({ reason }) => reason !== 'slow-start');
    expect(end).toBeGreaterThan(0);
    expect(decisions[end]!.terms?.['target']).toBe(decisions[end]!.limit);
    expect(decisions.slice(end).map(({ reason }) => reason)).not.toContain('slow-start');
    expect(decisions.map(({ reason }) => reason)).not.toContain('deadline-misses');
  });

  it('cuts and ramps on where jobs are late before there is a model', () => {
    const late = second({ count: 6, deadline: 60 });
    const decisions = play([late, ...Array.from({ length: 2 }, () => second({ count: 3 }))], { from: 8 });
    expect(decisions).toMatchObject([
      { limit: 4, reason: 'deadline-misses', terms: { late: 1 } },
      { limit: 7, reason: 'slow-start' },
      { limit: 10, reason: 'slow-start' },
    ]);
  });

  it('does not ramp up once an upstream has refused', () => {
    const decisions = play([second({ count: 3, jobs: { throttled: 1 } }), second({ count: 3 })], { from: 10 });
    expect(decisions[0]).toMatchObject({ limit: 9, reason: 'overloaded' });
    expect(decisions[1]!.reason).not.toBe('slow-start');
  });

  it('leaves it to aimd where the ramp is over and there is too little to fit, and says so', () => {
    const decisions = play(
      Array.from({ length: 3 }, () => second({ count: 4 })),
      { from: 4, warm: true },
    );
    expect(decisions.every(({ terms }) => terms?.['fallback'] === 1)).toBe(true);
  });

  it('leaves it to the plateau rule where jobs have neither a deadline nor a size', () => {
    const decisions = play(
      Array.from({ length: 40 }, () => second({ deadline: null })),
      { from: 2 },
    );
    expect(decisions.every(({ terms }) => terms?.['fallback'] === 1 && signalOf(terms) === 'plateau')).toBe(true);
  });

  it('goes for throughput where jobs have a size and no deadline', () => {
    const decisions = play(
      Array.from({ length: 200 }, () => second({ deadline: null, size: 2 })),
      { from: 2 },
    );
    const { limit, terms } = decisions.at(-1)!;
    expect(terms?.['fallback']).toBeUndefined();
    expect(rateAt(curves.B, limit)).toBeGreaterThan(0.94 * rateAt(curves.B, 30));
  });

  it('does not grow while the limit is not used', () => {
    const decisions = play(
      Array.from({ length: 60 }, () => second({ limited: 0.1 })),
      { from: 4, warm: true },
    );
    expect(Math.max(...decisions.map(({ limit }) => limit))).toBe(4);
  });

  it('takes what an upstream refuses for a fifth of the jobs late', () => {
    const periods = [...Array.from({ length: 8 }, () => second()), second({ count: 40, jobs: { throttled: 3 } })];
    const [before, last] = play(periods, { from: 10, warm: true }).slice(-2);
    expect(last).toMatchObject({ reason: 'overloaded', limit: expect.closeTo(0.9 * before!.limit, 3) });
  });

  it('goes to the lowest limit where nothing is on time', () => {
    const decisions = play(
      Array.from({ length: 200 }, () => second({ deadline: 50 })),
      { from: 16 },
    );
    expect(decisions.at(-1)!.limit).toBeLessThan(2);
  });

  it('stays below a level that ran out of memory', () => {
    const warm = Array.from({ length: 30 }, () => second());
    const periods = [...warm, second({ jobs: { outOfMemory: 1 } }), ...Array.from({ length: 2 }, () => second())];
    const limits = play(periods, { from: 8, warm: true, most: 8 }).map(({ limit }) => limit);
    expect(Math.max(...limits.slice(31))).toBeLessThan(8);
  });

  it('brakes when more jobs are late than it expected, and does not believe itself for a while', () => {
    const calm = Array.from({ length: 60 }, () => second({ count: 24 }));
    const bad = second({ count: 24, jobs: { timedOut: 8 } });
    const after = Array.from({ length: 6 }, () => second({ count: 24 }));
    const decisions = play([...calm, bad, ...after], { from: 16, warm: true, most: 16 }).slice(60);
    expect(decisions[0]).toMatchObject({ reason: 'slo-brake', limit: 12.8 });
    expect(decisions[0]!.terms?.['expected']).toBeLessThan(0.05);
    expect(Math.max(...decisions.map(({ limit }) => limit))).toBe(12.8);
  });

  it('goes for throughput while jobs wait for half of their deadline', () => {
    const timely = play(
      Array.from({ length: 120 }, () => second({ deadline: 150 })),
      { from: 8, warm: true },
    );
    const waiting = { wait: { p50: 90, p95: 150 } };
    const pressed = play(
      Array.from({ length: 120 }, () => second({ deadline: 150, ...waiting })),
      { from: 8, warm: true },
    );
    expect(pressed.at(-1)!.limit).toBeGreaterThan(1.2 * timely.at(-1)!.limit);
  });

  it('keeps its state far below 64 kB with the most samples there can be', () => {
    let state = goodput.initialState(config, 32);
    for (let seq = 0; seq < 60; seq += 1) {
      state = goodput.step(state, second({ count: 64, size: 1.234567 })(32, seq), config).state;
    }
    expect(state.samples.length).toBeGreaterThan(300);
    expect(JSON.stringify(state).length).toBeLessThan(48_000);
  });

  it('refuses names it does not know, and shares beyond 1', async () => {
    expect(await goodput.config['~standard'].validate({ target: 1 })).toHaveProperty('issues');
    expect(await goodput.config['~standard'].validate({ near: 1.1 })).toHaveProperty('issues');
    expect(await goodput.config['~standard'].validate({})).toEqual({ value: config });
  });
});

function run(scenario: Scenario, duration: number, seed = 11): Simulation {
  const setup = { strategy: goodput, config, bounds: { min: 1, max: 64 }, initial: 1, dryRun: false };
  return simulate({ scenario, setup, seed, duration });
}

function halfSpeedAfter(at: number): Scenario['plant'] {
  return { ...namedScenarios.S1.plant, speed: (t) => (t < at ? 1 : 0.5) };
}

function meanGate(records: Simulation['records'], from: number, until: number): number {
  const gates = records.filter(({ t }) => t > from && t <= until).map(({ limit }) => limit.gate);
  return gates.reduce((sum, gate) => sum + gate, 0) / gates.length;
}

interface Second extends ObservationFields {
  readonly count?: number;
  readonly deadline?: number | null;
  readonly size?: number | null;
}

type Period = (limit: number, seq: number) => ReturnType<typeof anObservation>;

const baseMs = 100;
/** What jobs differ by, in turn. */
const spread = [0.85, 1.1, 0.95, 1.15, 0.9, 1.05];

/** A second of a plant of curve B whose jobs take 100 ms alone, of their 500 ms. */
function second({ count = 12, deadline = 500, size = null, ...rest }: Second = {}): Period {
  return (limit, seq) => {
    const n = Math.max(1, Math.floor(limit));
    const finish = 1000 * (seq + 1);
    const samples = Array.from({ length: count }, (_, index): JobSample => {
      const service = baseMs * slowdown(curves.B, n) * spread[(seq + index) % spread.length]!;
      return aSample({ finish: finish - index, service, deadline, size, n });
    });
    const service = baseMs * slowdown(curves.B, n);
    const facts = { mean: service, p50: service, p90: service, p95: service };
    const slack = deadline === null ? {} : { slack: { p50: service / deadline, p90: service / deadline } };
    return anObservation({ seq, limit, samples, service: facts, ...slack, ...rest });
  };
}

function rateAt(curve: Curve, limit: number): number {
  return Math.floor(limit) / slowdown(curve, Math.floor(limit));
}

/** `warm`: slow start is over. `most`: the upper bound. */
function play(
  periods: readonly Period[],
  { from, warm = false, most = 64 }: { readonly from: number; readonly warm?: boolean; readonly most?: number },
): readonly Decision[] {
  let limit = from;
  let state = goodput.initialState(config, limit);
  if (warm) state = { ...state, ramp: endedRamp, aimd: { ...state.aimd, slow: endedSlowStart } };
  return periods.map((period, seq) => {
    const step = goodput.step(state, period(limit, seq), config);
    state = step.state;
    limit = Math.min(most, Math.max(1, step.decision.limit));
    return step.decision;
  });
}
