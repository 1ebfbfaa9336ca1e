import { beforeEach, describe, expect, it } from 'vitest';
import { JobClasses, type Sized } from './guard-classes.ts';
import { Composition, type Member } from './guard-composition.ts';
import { Footprints } from './guard-footprints.ts';
import { History } from './guard-history.ts';
import { LastReading } from './guard-last-reading.ts';
import { Lives } from './guard-lives.ts';

/** Jobs of one class that take 2, and the reading they are held against. */
class Plant {
  readonly jobs = { classes: new JobClasses(), history: new History(), now: new Composition(), lives: new Lives() };
  readonly footprints = new Footprints(this.jobs.classes, 1e-6);
  readonly last = new LastReading(this.jobs, this.footprints);

  constructor() {
    const one = new Composition();
    one.add(this.member(0));
    this.footprints.learn(one, 2, 1);
  }

  member(start: number): Sized & Member & { readonly place: number } {
    return { ...this.jobs.classes.place({}), start };
  }

  start(t: number): void {
    const member = this.member(t);
    this.jobs.now.add(member);
    this.jobs.history.started(member, t);
    this.last.started(member);
  }

  end(start: number, t: number): void {
    const member = this.member(start);
    this.jobs.now.remove(member);
    this.jobs.lives.ended(t - start);
    this.jobs.history.ended(member, t);
    this.last.finished(member);
  }

  /** Taken now. */
  read(used: number, t: number): void {
    const then = new Composition();
    then.copy(this.jobs.now);
    this.last.take(then, { used, takenAt: t });
  }

  view(t: number, stale = false): ReturnType<LastReading['view']> {
    return this.last.view(t, 10, { variance: 1, stale });
  }
}

describe('the last reading', () => {
  let plant: Plant;
  beforeEach(() => {
    plant = new Plant();
    plant.start(100);
    plant.start(200);
    plant.read(14.5, 1000);
  });

  it('is held against what ran then, at the ages of then', () => {
    plant.start(1200);
    plant.end(100, 1300);
    const { now, reading } = plant.view(2000);
    expect(now).toEqual({ jobs: 2, memory: 4, ages: 1800 + 800 });
    expect(reading).toEqual({
      memory: 4.5,
      atReading: { jobs: 2, memory: 4, ages: 900 + 800 },
      joined: { jobs: 1, memory: 2, ages: 800 },
    });
  });

  it('forgets who came and went since', () => {
    plant.start(1200);
    plant.end(1200, 1300);
    expect(plant.view(2000).reading?.joined).toEqual({ jobs: 0, memory: 0, ages: 0 });
    expect(plant.last.memoryNow).toBe(4);
  });

  it('is never below the base, and absent when too old', () => {
    plant.read(3, 2000);
    expect(plant.view(2000).reading?.memory).toBe(0);
    expect(plant.view(2000, true).reading).toBeUndefined();
  });

  it('follows the footprints when they change', () => {
    plant.footprints.explain(plant.jobs.now, 12);
    plant.last.sumUp();
    const { now, reading } = plant.view(1000);
    expect([now.memory, reading?.atReading.memory, plant.last.memoryNow]).toEqual([12, 12, 12]);
  });

  it('has all that the next says for news while no job has ended', () => {
    expect(plant.last.news(1001)).toBe(1);
  });

  it('leaves the next as much news as half a life brings', () => {
    plant.end(100, 8100);
    plant.read(12, 9000);
    expect([9000, 10_000, 11_000, 13_000, 60_000].map((t) => plant.last.news(t))).toEqual([0, 0.25, 0.5, 1, 1]);
  });

  it('tells growth from what moved while nobody came or went', () => {
    const growing = new Plant();
    growing.start(0);
    growing.end(0, 10_000);
    growing.start(10_000);
    growing.start(10_000);
    // Each by 1.6 of its 2 over ten seconds.
    for (let t = 10_000; t < 20_000; t += 100) growing.read(10 + (2 * 1.6 * (t - 10_000)) / 10_000, t);
    expect(growing.view(20_000).shape.growth).toBeGreaterThan(0.55);
    for (let t = 20_000; t < 600_000; t += 1000) growing.read(10 + (2 * 1.6 * (t - 10_000)) / 10_000, t);
    expect(growing.view(20_000).shape.growth).toBeCloseTo(0.8, 2);
  });

  it('takes young jobs for less than their mean, and old ones for more', () => {
    plant.end(100, 4100);
    const [young, mean, old] = [200, 2200, 4200].map((t) => plant.last.agedShare(plant.jobs.now, t));
    expect(young).toBeCloseTo(0.75, 1);
    expect(mean).toBeCloseTo(1, 9);
    expect(old).toBeCloseTo(1.25, 1);
  });
});
