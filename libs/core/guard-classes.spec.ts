import { describe, expect, it } from 'vitest';
import { JobClasses } from './guard-classes.ts';
import type { GuardedJob } from './guard.ts';

function places(...jobs: readonly GuardedJob[]): readonly number[] {
  const classes = new JobClasses();
  return jobs.map((job) => classes.place(job).place);
}

const second = 1000;

describe('the classes of jobs', () => {
  it('are the words of the client', () => {
    expect(places({ class: 'light' }, { class: 'heavy' }, { class: 'light' }, {})).toEqual([0, 1, 0, 2]);
  });

  it('are told by the deadline where a job declares neither class nor memory', () => {
    const [soon, alike, late, none] = places(
      { deadline: 4 * second },
      { deadline: 5 * second },
      { deadline: 20 * second },
      {},
    );
    expect(alike).toBe(soon);
    expect(new Set([soon, late, none]).size).toBe(3);
  });

  it('are one for every four times as long', () => {
    const [first, ...others] = places(...[1, 4, 16, 64, 256].map((factor) => ({ deadline: factor * 4 ** 5 })));
    expect([first, ...others]).toEqual([0, 1, 2, 3, 4]);
    // No finer: the one may take three times as long as the other.
    expect(places({ deadline: 0.6 * 4 ** 5 }, { deadline: 1.8 * 4 ** 5 })).toEqual([0, 0]);
  });

  it('leave deadlines alone where the client declares a class or memory', () => {
    const named = places({ class: 'light', deadline: second }, { class: 'light', deadline: 1000 * second });
    const sized = places({ memory: 1, deadline: second }, { memory: 1, deadline: 1000 * second });
    expect([named, sized]).toEqual([
      [0, 0],
      [0, 0],
    ]);
  });

  it('take a deadline that is none for none', () => {
    expect(new Set(places({}, { deadline: 0 }, { deadline: -1 }, { deadline: NaN })).size).toBe(1);
  });

  it('never hold jobs with and without declared memory together', () => {
    const [sized, unsized] = places({ class: 'same', memory: 3 }, { class: 'same' });
    expect(sized).not.toBe(unsized);
  });

  it('are sixteen, and two that the others share', () => {
    const many = places(...Array.from({ length: 40 }, (_, index) => ({ class: `class ${index}` })), { memory: 1 });
    expect([many[15], many[16], many[39], many[40]]).toEqual([15, 16, 16, 17]);
  });

  it('take no place for a job that is only looked at', () => {
    const classes = new JobClasses();
    expect(classes.look({ deadline: second }).place).toBeUndefined();
    expect(classes.place({ class: 'first' }).place).toBe(0);
  });
});
