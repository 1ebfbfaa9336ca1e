import { defaultGuard, MemoryGuard, type GuardConfig, type GuardedJob, type Reading } from '#libs/core';
import { describe, expect, it } from 'vitest';

const gib = 2 ** 30;
const second = 1000;

function memory(used: number, { gpu = 'GPU-0', total = 24, age = 0 } = {}): readonly Reading[] {
  const shared = { gpu, unit: 'bytes', source: 'simulated', age } as const;
  return [
    { ...shared, name: 'gpu.memory.used', value: used * gib },
    { ...shared, name: 'gpu.memory.total', value: total * gib },
  ];
}

/** A device on which jobs take what they take from start to end, GiB; read once a second, without lag. */
class Bench {
  readonly guard: MemoryGuard;
  readonly jobs: { readonly job: GuardedJob; readonly takes: number; readonly start: number }[] = [];
  t = 0;
  total = 24;
  base = 10;

  constructor(config: Partial<GuardConfig> = {}) {
    this.guard = new MemoryGuard({ ...defaultGuard, ...config }, { expected: true }, 0);
  }

  get used(): number {
    return this.jobs.reduce((sum, { takes }) => sum + takes, this.base);
  }

  read(seconds = 1): this {
    for (let passed = 0; passed < seconds; passed += 1) {
      this.t += second;
      this.guard.observe({ readings: memory(this.used, { total: this.total }), missing: [] }, this.t);
    }
    return this;
  }

  blind(seconds: number): this {
    for (let passed = 0; passed < seconds; passed += 1) {
      this.t += second;
      this.guard.observe({ readings: [], missing: [] }, this.t);
    }
    return this;
  }

  start(takes = 2, job: GuardedJob = {}): this {
    this.guard.started(job, this.t);
    this.jobs.push({ job, takes, start: this.t });
    return this;
  }

  /** The oldest ends. */
  end(count = 1): this {
    for (const { job, start } of this.jobs.splice(0, count)) this.guard.finished(job, start, this.t);
    return this;
  }

  admits(job: GuardedJob = {}): boolean {
    return this.guard.admits(job, this.t);
  }

  /** As many as are admitted; read after each. */
  fill(takes = 2, job: GuardedJob = {}, most = 64): this {
    while (this.jobs.length < most && this.admits(job)) this.start(takes, job).read();
    return this;
  }
}

/** Base 10 of 24, jobs of 2 that do not grow: 6 of them stay below 97 % of the free part. Two run, 10 s each, for as long as it takes to be sure. */
function learnt(config: Partial<GuardConfig> = {}): Bench {
  const bench = new Bench(config).read().start().read(5).start().read(5);
  for (let round = 0; round < 300; round += 1) bench.end().start().read(5);
  return bench;
}

describe('the memory guard', () => {
  it('admits everything and says nothing where no memory is known and none is expected', () => {
    const guard = new MemoryGuard(defaultGuard, { expected: false }, 0);
    for (let t = 0; t < 100; t += 1) {
      expect(guard.admits({}, t)).toBe(true);
      guard.started({}, t);
    }
    expect([guard.room(100), guard.period(100)]).toEqual([Infinity, undefined]);
  });

  it('admits one job while the first reading is awaited, and stops waiting after 15 s', () => {
    const bench = new Bench().start();
    expect([bench.admits(), bench.guard.room(0)]).toEqual([false, 0]);
    expect(bench.guard.period(1000)).toMatchObject({ state: 'cold', refused: 1, devices: [] });
    bench.t = 15 * second;
    expect([bench.admits(), bench.guard.room(bench.t)]).toEqual([true, Infinity]);
    expect(bench.guard.period(bench.t)).toMatchObject({ state: 'off', refused: 0 });
  });

  it('admits two jobs while nothing is learnt', () => {
    const bench = new Bench().read().start();
    expect(bench.admits()).toBe(true);
    bench.start();
    expect([bench.admits(), bench.guard.room(bench.t)]).toEqual([false, 0]);
  });

  it('admits as many as fit below the margin, and no more', () => {
    expect(learnt().fill().jobs).toHaveLength(6);
    expect(learnt({ margin: 0.3 }).fill().jobs).toHaveLength(4);
  });

  it('says how many fit before they come', () => {
    const bench = learnt();
    expect(bench.guard.room(bench.t)).toBe(4);
    const facts = bench.guard.period(bench.t);
    expect(facts).toMatchObject({ state: 'on', model: 'fatal', fits: 6 });
    const [device] = facts!.devices;
    expect(device).toMatchObject({ gpu: 'GPU-0', factor: 1 });
    expect(device!.next / gib).toBeCloseTo(2, 3);
    expect(device!.predicted / gib).toBeCloseTo(16, 3);
    // 3 % of the 14 that are free without jobs.
    expect(device!.ceiling / gib).toBeCloseTo(23.58, 3);
    expect(device!.deviation / gib).toBeLessThan(0.26);
  });

  it.each([
    ['fresh', 0],
    ['old', 5],
  ])('tells the sum that it holds against its ceiling, by readings that are %s', (_, silent) => {
    const bench = learnt();
    if (silent > 0) bench.blind(silent);
    const crossings: string[] = [];
    for (let jobs = 0; jobs < 8; jobs += 1) {
      const [device] = bench.guard.period(bench.t)!.devices;
      expect(device!.needed).toBeGreaterThanOrEqual(device!.predicted);
      crossings.push(`${bench.admits()} ${device!.needed! <= device!.ceiling}`);
      bench.start();
    }
    expect(new Set(crossings)).toEqual(new Set(['true true', 'false false']));
  });

  it('admits at most twice as many as were in flight at a reading while little is known', () => {
    const bench = new Bench().read().start(0.01).read();
    const waves = [0, 0, 0].map(() => {
      while (bench.admits()) bench.start(0.01);
      bench.read();
      return bench.jobs.length;
    });
    expect(waves).toEqual([2, 4, 8]);
  });

  it('admits fewer after memory ran out before a reading could tell', () => {
    const bench = new Bench().read().start(0.1).read().start(0.1).read();
    while (bench.admits()) bench.start(7);
    expect(bench.jobs).toHaveLength(4);
    bench.end(4).guard.outOfMemory('worker', bench.t);
    for (let lost = 0; lost < 3; lost += 1) bench.guard.outOfMemory('worker', bench.t + lost);
    expect(bench.guard.period(bench.t)).toMatchObject({ devices: [{ factor: 0.9 }] });
    expect(bench.read(30).guard.room(bench.t)).toBeLessThan(4);
  });

  it('always admits a job when none is in flight, however full the device is', () => {
    const bench = learnt().end(2);
    bench.base = 23.9;
    expect(bench.read().admits()).toBe(true);
    bench.start();
    // One job does not explain the reading.
    expect(bench.read().admits()).toBe(false);
    expect(bench.end().admits()).toBe(true);
  });

  it('keeps more free the more the footprints vary', () => {
    const steady = learnt();
    const varied = new Bench().read().start(1).read().start(3).read(20);
    for (let round = 0; round < 60; round += 1)
      varied
        .end()
        .start(round % 2 === 0 ? 1 : 3)
        .read();
    varied.end(2).start().start().read();
    const fits = [steady, varied].map((bench) => bench.guard.room(bench.t));
    expect(fits[1]).toBeLessThan(fits[0]!);
    expect(varied.guard.period(varied.t)!.devices[0]!.deviation).toBeGreaterThan(0.3 * gib);
  });

  it('counts refusals by period', () => {
    const bench = learnt().fill();
    const before = bench.guard.period(bench.t)!.refused;
    for (let asked = 0; asked < 3; asked += 1) bench.admits();
    expect([before, bench.guard.period(bench.t)!.refused, bench.guard.period(bench.t)!.refused]).toEqual([1, 3, 0]);
  });
});

describe('what the guard makes of a reading', () => {
  it('adds the jobs that started after it was taken', () => {
    const bench = learnt();
    // No reading in between: the last one knows of two jobs.
    while (bench.admits()) bench.start();
    expect(bench.jobs).toHaveLength(6);
  });

  it('does not count jobs that came and went since', () => {
    const bench = learnt();
    for (let short = 0; short < 100; short += 1) {
      bench.guard.started({}, bench.t);
      bench.guard.finished({}, bench.t, bench.t + 1);
    }
    expect(bench.guard.room(bench.t + 1)).toBe(4);
  });

  it('holds it against what ran when it was taken', () => {
    const bench = learnt();
    const late = (): void => {
      const { used } = bench;
      bench.start().start();
      bench.t += 800;
      bench.guard.observe({ readings: memory(used, { age: 800 }), missing: [] }, bench.t);
    };
    late();
    expect(bench.guard.room(bench.t)).toBe(2);
    expect(bench.guard.period(bench.t)!.devices[0]!.next / gib).toBeCloseTo(2, 3);
  });

  it('learns from a repeated one once', () => {
    const bench = learnt();
    bench.start(3).read();
    const facts = (): unknown => bench.guard.period(bench.t)!.devices;
    const before = facts();
    for (let age = 1000; age < 3000; age += 1000) {
      bench.t += 1000;
      bench.guard.observe({ readings: memory(bench.used, { age: age + 0.004 }), missing: [] }, bench.t);
    }
    expect(facts()).toEqual(before);
  });

  it('lets the fullest of several devices decide', () => {
    const guard = new MemoryGuard(defaultGuard, { expected: true }, 0);
    let jobs = 0;
    for (let t = second; t < 600 * second; t += second) {
      const readings = [...memory(10 + jobs, { gpu: 'GPU-0' }), ...memory(18 + jobs, { gpu: 'GPU-1' })];
      guard.observe({ readings, missing: [] }, t);
      if (t % 60_000 === 0 && guard.admits({}, t)) guard.started({}, ((jobs += 1), t));
    }
    // Of 6 on the one and 14 on the other, for jobs that may still grow.
    expect(jobs).toBe(3);
    expect(guard.period(600 * second)).toMatchObject({ fits: 3, devices: [{ gpu: 'GPU-0' }, { gpu: 'GPU-1' }] });
  });

  it('knows a slice of a device by its own memory', () => {
    const guard = new MemoryGuard(defaultGuard, { expected: true }, 0);
    const slice = memory(4, { total: 5 }).map((reading) => ({
      ...reading,
      instance: '9',
      name: reading.name.replace('gpu.', 'gpu.mig.'),
    }));
    guard.observe({ readings: slice, missing: [] }, second);
    guard.started({}, second + 1);
    guard.observe({ readings: slice.map((each) => ({ ...each, age: 0 })), missing: [] }, 2 * second);
    expect(guard.period(2 * second)!.devices).toMatchObject([{ gpu: 'GPU-0/9' }]);
  });

  it('prefers the share of its cache that a model server has in use, and takes out-of-memory for the loss of a job', () => {
    const guard = new MemoryGuard(defaultGuard, { expected: true }, 0);
    const cache = { name: 'backend.cache', unit: 'ratio', source: 'model-server', age: 0 } as const;
    let jobs = 0;
    for (let t = second; t < 100 * second; t += second) {
      const value = 0.1 * jobs;
      guard.observe({ readings: [...memory(23.9), { ...cache, value }], missing: [] }, t);
      if (t % 5000 === 0 && guard.admits({}, t)) guard.started({}, ((jobs += 1), t));
    }
    // Of 9 that fit now, for none has ended and they may still grow.
    expect(jobs).toBe(6);
    expect(guard.period(100 * second)).toMatchObject({ model: 'job', devices: [{ gpu: 'backend.cache' }] });
  });
});

describe('the classes of the guard', () => {
  it('takes a class it never saw for the largest', () => {
    const bench = new Bench({ z: 0 }).read().start(1, { class: 'light' }).read().start(4, { class: 'heavy' }).read(200);
    const rooms = ['light', 'heavy', 'new'].map((name) => {
      let count = 0;
      const { guard, t } = bench;
      while (guard.admits({ class: name }, t)) guard.started({ class: name }, ((count += 1), t));
      for (let undone = 0; undone < count; undone += 1) guard.finished({ class: name }, t, t);
      return count;
    });
    expect(rooms[0]).toBeGreaterThan(rooms[1]!);
    expect(rooms[2]).toBe(rooms[1]);
  });

  it('learns what a unit of declared memory takes', () => {
    // 1 GiB a 1000 units.
    const bench = new Bench().read().start(1, { memory: 1000 }).read(5).start(3, { memory: 3000 }).read(5);
    for (let round = 0; round < 300; round += 1) {
      const takes = round % 2 === 0 ? 1 : 3;
      bench
        .end()
        .start(takes, { memory: 1000 * takes })
        .read(5);
    }
    // 9.58 GiB are left below the margin beside 4; one that is over four times the mean may stray four times as far.
    expect(bench.admits({ memory: 7500 })).toBe(true);
    expect(bench.admits({ memory: 8500 })).toBe(false);
  });

  it('shares the memory of classes beyond the sixteenth', () => {
    const bench = new Bench().read();
    bench.total = 1000;
    for (let round = 0; round < 100; round += 1) {
      bench.end(40);
      for (let index = 0; index < 40; index += 1) bench.start(1, { class: `class ${index}` });
      bench.read(5);
    }
    expect(bench.guard.period(bench.t)!.devices[0]!.next / gib).toBeCloseTo(1, 1);
    bench.end(40).read();
    // 960 without any growth.
    expect(bench.guard.room(bench.t)).toBeGreaterThan(600);
    expect(bench.guard.room(bench.t)).toBeLessThan(960);
  });
});

describe('a base that was never read without jobs', () => {
  it('is told from the jobs when their number has varied', () => {
    const bench = new Bench().start().read(3);
    expect(bench.guard.period(bench.t)).toMatchObject({ state: 'cold', devices: [] });
    bench.start().read(5).fill();
    expect(bench.jobs.length).toBeGreaterThan(2);
    for (let round = 0; round < 300; round += 1) bench.end().start().read(3);
    bench.fill();
    expect(bench.jobs).toHaveLength(6);
    expect(bench.guard.period(bench.t)!.devices[0]!.next / gib).toBeCloseTo(2, 1);
  });

  it('admits many where memory is taken whatever runs', () => {
    const bench = new Bench().start(0).read().start(0).read(10).fill(0);
    expect(bench.jobs).toHaveLength(64);
  });
});

describe('blind', () => {
  it('keeps more free', () => {
    const bench = learnt();
    expect(bench.guard.period(bench.t)).toMatchObject({ state: 'on', fits: 6 });
    // Nothing tells what runs: all of it may stray.
    expect(bench.blind(1).guard.period(bench.t)).toMatchObject({ state: 'stale', fits: 5 });
    // 2·20 % of 14.
    const wide = learnt({ margin: 0.2 });
    expect([wide.guard.room(wide.t), wide.blind(1).guard.room(wide.t)]).toEqual([3, 1]);
  });

  it('admits after 30 s only what a reading confirmed before', () => {
    const bench = learnt().start().read(5).end();
    expect(bench.blind(29).guard.room(bench.t)).toBe(3);
    expect(bench.blind(2).guard.room(bench.t)).toBe(1);
    expect(bench.blind(3600).guard.room(bench.t)).toBe(1);
    expect(bench.read().guard.room(bench.t)).toBe(4);
  });
});

describe('a sensor that dies before anything was learnt', () => {
  it('does not keep two jobs for ever: after 30 s the guard is off', () => {
    const bench = new Bench().start().read().start();
    const states = [bench.guard.period(bench.t)?.state, bench.blind(30).guard.period(bench.t)?.state];
    expect([...states, bench.admits(), bench.guard.room(bench.t)]).toEqual(['cold', 'stale', false, 0]);
    bench.blind(1);
    expect(bench.guard.period(bench.t)).toMatchObject({ state: 'off', devices: [] });
    expect([bench.admits(), bench.guard.room(bench.t)]).toEqual([true, Infinity]);
  });

  it('loses no refusal where no reading was expected', () => {
    const guard = new MemoryGuard(defaultGuard, { expected: false }, 0);
    guard.started({}, 0);
    guard.observe({ readings: memory(20), missing: [] }, 1);
    guard.started({}, 2);
    expect(guard.admits({}, 3)).toBe(false);
    for (let t = second; t < 40 * second; t += second) guard.observe({ readings: [], missing: [] }, t);
    expect(guard.period(40 * second)).toMatchObject({ state: 'off', refused: 1 });
  });

  it('is heard again when it comes back', () => {
    const bench = new Bench().read().start().start().blind(40);
    expect(bench.guard.period(bench.t)?.state).toBe('off');
    expect(bench.read().guard.period(bench.t)).toMatchObject({ state: 'on', devices: [{ gpu: 'GPU-0' }] });
    expect(bench.fill(2).jobs.length).toBeLessThanOrEqual(6);
  });

  it('leaves the decision to the other devices', () => {
    const guard = new MemoryGuard(defaultGuard, { expected: true }, 0);
    let jobs = 1;
    guard.started({}, 0);
    guard.observe({ readings: memory(20, { gpu: 'GPU-1' }), missing: [] }, 1);
    for (let t = second; t < 100 * second; t += second) {
      const readings = memory(18 + 2 * (jobs % 2), { gpu: 'GPU-0' });
      guard.observe({ readings, missing: [] }, t);
    }
    expect(guard.period(100 * second)?.state).not.toBe('off');
    while (jobs < 64 && guard.admits({}, 100 * second)) guard.started({}, ((jobs += 1), 100 * second));
    expect(jobs).toBe(2);
  });

  it('after something was learnt leaves the guard on', () => {
    const bench = learnt().blind(3600);
    expect(bench.guard.period(bench.t)?.state).toBe('stale');
    expect(bench.guard.room(bench.t)).toBeLessThan(5);
  });
});

describe('another tenant', () => {
  it('who comes is counted at once, and one who stays lifts the base', () => {
    const bench = learnt();
    bench.base = 14;
    // 4 of the 6 that fitted; two run.
    expect(bench.read().guard.room(bench.t)).toBeLessThanOrEqual(2);
    bench.end(2).read(700);
    const [device] = bench.guard.period(bench.t)!.devices;
    expect((device!.predicted - device!.next) / gib).toBeCloseTo(14, 1);
  });

  it('who leaves makes room when no job runs', () => {
    const bench = learnt().end(2);
    bench.base = 6;
    bench.read().start().read(60);
    expect(bench.guard.room(bench.t)).toBe(7);
  });
});
