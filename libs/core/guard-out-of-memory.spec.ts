import { defaultGuard } from '#libs/core';
import { describe, expect, it } from 'vitest';
import { OutOfMemory } from './guard-out-of-memory.ts';

const second = 1000;

function outOfMemory(model: 'auto' | 'fatal' | 'job' = 'auto'): OutOfMemory {
  return new OutOfMemory({ ...defaultGuard, outOfMemory: model });
}

describe('out of memory', () => {
  it('lowers the factor by a tenth each time, never below a half', () => {
    const learnt = outOfMemory();
    const factors = Array.from({ length: 10 }, (_, index) => {
      learnt.happened('worker', index * 30 * second);
      return learnt.factor(index * 30 * second);
    });
    expect(factors[0]).toBeCloseTo(0.9, 9);
    expect(factors[1]).toBeCloseTo(0.81, 9);
    expect(factors.at(-1)).toBe(0.5);
  });

  it('gives it back from 120 s on, by 0.05 % a second', () => {
    const learnt = outOfMemory();
    learnt.happened('worker', 0);
    expect(learnt.factor(120 * second)).toBe(0.9);
    expect(learnt.factor(220 * second)).toBeCloseTo(0.9 * 1.0005 ** 100, 9);
    expect(learnt.factor(3600 * second)).toBe(1);
    // The next one starts from what is in force.
    learnt.happened('worker', 220 * second);
    expect(learnt.factor(220 * second)).toBeCloseTo(0.81 * 1.0005 ** 100, 9);
  });

  it('counts the failures of one event once', () => {
    const learnt = outOfMemory();
    for (let job = 0; job < 30; job += 1) learnt.happened('worker', 5000 + job);
    expect(learnt.factor(6000)).toBe(0.9);
    const jobs = outOfMemory();
    for (let job = 0; job < 30; job += 1) jobs.happened('job', 5000 + job);
    expect([jobs.factor(6000), jobs.model]).toEqual([0.9, 'fatal']);
  });

  it('takes a failed job and the death of the worker right after it for one event, and that for fatal', () => {
    const learnt = outOfMemory('job');
    learnt.happened('job', 0);
    learnt.happened('worker', 100);
    expect(learnt.factor(200)).toBe(0.97);
    const auto = outOfMemory();
    for (const t of [0, 10, 20, 30]) auto.happened('job', t * second);
    auto.happened('worker', 30 * second + 100);
    expect([auto.model, auto.z]).toEqual(['fatal', 3]);
  });

  it('is found to cost one job when three in a row were survived, and fatal again when a worker died', () => {
    const learnt = outOfMemory();
    const models = ['job', 'job', 'worker', 'job', 'job', 'job', 'worker'].map((scope, index) => {
      learnt.happened(scope as 'job' | 'worker', index * 10 * second);
      return learnt.model;
    });
    expect(models).toEqual(['fatal', 'fatal', 'fatal', 'fatal', 'fatal', 'job', 'fatal']);
  });

  it('that costs one job is met with less caution', () => {
    const learnt = outOfMemory('job');
    expect([learnt.z, learnt.margin]).toEqual([1, 0.01]);
    learnt.happened('job', 0);
    expect([learnt.factor(0), learnt.factor(30 * second), learnt.factor(31 * second)]).toEqual([0.97, 0.97, 1]);
    const careless = new OutOfMemory({ margin: 0, z: 0.5, outOfMemory: 'job' });
    expect([careless.z, careless.margin]).toEqual([0.5, 0]);
  });

  it('of a set model is not found out', () => {
    const fatal = outOfMemory('fatal');
    for (let index = 0; index < 5; index += 1) fatal.happened('job', index * 10 * second);
    fatal.queuesItself();
    expect(fatal.model).toBe('fatal');
    const job = outOfMemory('job');
    job.happened('worker', 0);
    expect(job.model).toBe('job');
  });
});
