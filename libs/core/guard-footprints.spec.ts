import { describe, expect, it } from 'vitest';
import { JobClasses } from './guard-classes.ts';
import { Composition } from './guard-composition.ts';
import { Footprints } from './guard-footprints.ts';
import type { GuardedJob } from './guard.ts';

class Learner {
  readonly classes = new JobClasses();
  readonly footprints = new Footprints(this.classes, 1e-6);

  run(jobs: readonly GuardedJob[]): Composition {
    const composition = new Composition();
    for (const job of jobs) composition.add({ ...this.classes.place(job), start: 0 });
    return composition;
  }

  learn(jobs: readonly GuardedJob[], memory: number, times = 1, news = 1): this {
    for (let index = 0; index < times; index += 1) this.footprints.learn(this.run(jobs), memory, news);
    return this;
  }

  of(job: GuardedJob): number {
    return this.footprints.of(this.classes.look(job));
  }
}

const light = { class: 'light' };
const heavy = { class: 'heavy' };

describe('footprints', () => {
  it('are the mean of what runs at first sight', () => {
    expect(new Learner().learn([light, heavy], 6).of(light)).toBe(3);
  });

  it('take a tenth of the error at each reading, as many jobs as share it', () => {
    const learner = new Learner().learn([light, light], 4, 10).learn([light, light], 8);
    expect(learner.of(light)).toBeCloseTo(2 + 0.1 * 2, 9);
  });

  it('are the mean of the first readings', () => {
    const learner = new Learner().learn([light], 1).learn([light], 2).learn([light], 6);
    expect(learner.of(light)).toBeCloseTo(3, 9);
  });

  it('learn of memory that ran out the more the less is known, and never that jobs are small', () => {
    const overrun = (readings: number, memory: number): number => {
      const learner = new Learner().learn([light], 1, readings);
      learner.footprints.overran(learner.run([light, light]), memory);
      return learner.of(light);
    };
    expect([overrun(1, 6), overrun(100, 6), overrun(1, 1)]).toEqual([expect.closeTo(3, 1), expect.closeTo(1.2, 9), 1]);
  });

  it('tell classes apart by what runs when', () => {
    const learner = new Learner();
    for (let round = 0; round < 200; round += 1)
      learner.learn([light, light, heavy], 7).learn([light, heavy, heavy], 11);
    expect([learner.of(light), learner.of(heavy)]).toEqual([expect.closeTo(1, 1), expect.closeTo(5, 1)]);
  });

  it('give a new class what the known ones leave of the reading', () => {
    const learner = new Learner().learn([light, light], 2, 50).learn([light, light, heavy], 7);
    expect(learner.of(heavy)).toBeCloseTo(5, 6);
  });

  it('never tell a new class below the mean of what runs', () => {
    const learner = new Learner().learn([light, light], 4, 50).learn([light, light, heavy], 3);
    expect(learner.of(heavy)).toBeGreaterThan(0.9);
  });

  it('learn alike in any unit of declared memory', () => {
    const learnt = [1, 1e6].map((unit) => {
      const jobs = (factor: number): GuardedJob[] => [{ memory: unit * factor }, { memory: 2 * unit * factor }, {}];
      const learner = new Learner().learn(jobs(1), 9).learn(jobs(2), 16, 20);
      return [learner.of({ memory: unit }), learner.of({})];
    });
    expect(learnt[1]).toEqual(learnt[0]!.map((value) => expect.closeTo(value, 9)));
  });

  it('never fall to 0', () => {
    const learner = new Learner().learn([light], 4).learn([light], 0, 500);
    expect(learner.of(light)).toBe(1e-6);
  });
});

describe('a large job', () => {
  const large = (learner: Learner, jobs: readonly GuardedJob[]): number => learner.footprints.large(learner.run(jobs));

  it('is the mean where all are alike, and nothing where none runs', () => {
    const learner = new Learner().learn([light, light], 6);
    expect([large(learner, [light]), large(learner, [light, light, light]), large(learner, [])]).toEqual([3, 3, 0]);
  });

  it('is weighted by what it takes: a few heavy ones among many light ones tell', () => {
    const learner = new Learner().learn([light], 1, 50).learn([light, heavy], 10, 200);
    const [small, big] = [learner.of(light), learner.of(heavy)];
    expect(big).toBeGreaterThan(5 * small);
    const mixed = [...Array.from({ length: 9 }, () => light), heavy];
    expect(large(learner, mixed)).toBeCloseTo((9 * small ** 2 + big ** 2) / (9 * small + big), 9);
    expect(large(learner, mixed)).toBeGreaterThan(2 * ((9 * small + big) / 10));
  });

  it('is as large as an unknown one is taken for', () => {
    const learner = new Learner().learn([light], 1, 50);
    expect(large(learner, [{ class: 'new' }])).toBe(learner.of({ class: 'newer' }));
  });
});

describe('the spread of footprints', () => {
  it('is 35 % of the mean one before anything is known of it, and that counts for five readings', () => {
    const learner = new Learner().learn([light], 4);
    expect(learner.footprints.variance(4)).toBeCloseTo(1.4 ** 2, 9);
    learner.learn([light], 4, 60);
    expect(learner.footprints.variance(4)).toBeCloseTo((1.4 ** 2 * 5) / (5 + 60), 9);
    learner.learn([light], 4, 900);
    expect(learner.footprints.variance(4)).toBeCloseTo((1.4 ** 2 * 5) / (5 + 200), 9);
  });

  it('is told by the quick mean of errors alone from the sixth on', () => {
    const learner = new Learner().learn([light], 4).learn([light], 10);
    for (let right = 0; right < 4; right += 1) learner.learn([light], learner.of(light));
    expect(learner.footprints.variance(0)).toBeCloseTo((5 * (36 / 5)) / (5 + 5), 9);
    learner.learn([light], learner.of(light));
    expect(learner.footprints.variance(0)).toBeCloseTo(36 / 6, 9);
  });

  it('rises quickly with errors and falls slowly without', () => {
    const learner = new Learner().learn([light], 4, 100);
    for (let round = 0; round < 40; round += 1) learner.learn([light], 2).learn([light], 6);
    const risen = learner.footprints.variance(0);
    expect(risen).toBeGreaterThan(3);
    learner.learn([light], 4, 100);
    const fallen = learner.footprints.variance(0);
    expect(fallen).toBeGreaterThan(0.1 * risen);
    expect(fallen).toBeLessThan(0.7 * risen);
  });
});

describe('readings that see the same jobs again', () => {
  const known = (): Learner => new Learner().learn([light], 4, 20);

  it('move footprints as far as one does that says as much as all of them', () => {
    const [one, repeated, ten] = [
      known().learn([light], 8),
      known().learn([light], 8, 10, 0.1),
      known().learn([light], 8, 10),
    ];
    expect(one.of(light)).toBeCloseTo(4.4, 9);
    expect(Math.abs(repeated.of(light) - one.of(light))).toBeLessThan(0.03);
    expect(ten.of(light)).toBeGreaterThan(6);
  });

  it('make the spread no better known than their news', () => {
    const learner = new Learner().learn([light], 4).learn([light], 4, 60, 0.1);
    expect(learner.footprints.variance(4)).toBeCloseTo((1.4 ** 2 * 5) / (5 + 6), 9);
  });

  it('make a single surprise count once', () => {
    const spread = (times: number, news: number): number => {
      const learner = new Learner().learn([light, light], 8, 100);
      return learner.learn([light, light], 12, times, news).footprints.variance(4);
    };
    expect(spread(10, 0.1)).toBeLessThan(1.05 * spread(1, 1));
    expect(spread(10, 1)).toBeGreaterThan(2 * spread(1, 1));
  });

  it('are 60 only when they say what 60 would', () => {
    const settled = (times: number, news: number): boolean =>
      new Learner().learn([light], 4, times, news).footprints.settled;
    expect([settled(59, 1), settled(60, 1), settled(100, 0.5), settled(120, 0.5)]).toEqual([false, true, false, true]);
  });
});
