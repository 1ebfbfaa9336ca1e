import { describe, expect, it } from 'vitest';
import { BaseMemory } from './guard-base.ts';

describe('the base', () => {
  it('is the latest reading while the model loads, and the least without jobs from then on', () => {
    const base = new BaseMemory();
    for (const reading of [1, 7, 20]) base.idle(reading);
    expect(base.value).toBe(20);
    base.started();
    for (const reading of [23, 19, 22]) base.idle(reading);
    expect(base.value).toBe(19);
  });

  it('stays when a lost model loads again', () => {
    const base = new BaseMemory();
    base.idle(20);
    base.started();
    base.lost();
    for (const reading of [0, 5, 24]) base.idle(reading);
    expect(base.value).toBe(20);
  });

  it('is read at last when jobs were lost before it ever was', () => {
    const base = new BaseMemory();
    base.started();
    for (let index = 0; index < 10; index += 1) base.busy(10 + (index % 3), 1 + (index % 3), 1 + (index % 3));
    expect(base.value).toBeCloseTo(9, 6);
    base.lost();
    for (const reading of [0, 9.5]) base.idle(reading);
    expect([base.value, base.slope]).toEqual([9.5, undefined]);
  });

  it('is unknown while all readings are of equally many jobs', () => {
    const base = new BaseMemory();
    for (let index = 0; index < 30; index += 1) base.busy(12 + (index % 3), 2, 2);
    expect([base.value, base.slope]).toEqual([undefined, undefined]);
  });

  it('is told lower rather than higher where readings scatter', () => {
    const base = new BaseMemory();
    for (let index = 0; index < 10; index += 1)
      base.busy(10 + (index % 2) + (index % 5) / 2, 1 + (index % 2), 1 + (index % 2));
    expect(base.value).toBeGreaterThan(5);
    expect(base.value).toBeLessThan(9.5);
    expect(base.slope).toBeGreaterThan(1);
  });

  it('is never above a reading', () => {
    const base = new BaseMemory();
    base.idle(20);
    base.started();
    base.busy(18, 1, 1);
    expect(base.value).toBe(18);
  });

  it('rises to what ten minutes of readings never explain', () => {
    const base = new BaseMemory();
    base.idle(20);
    base.started();
    const minute = 60_000;
    for (let t = 0; t < 9 * minute; t += 1000) base.explained(t < minute ? 22 : 24, t);
    expect(base.value).toBe(20);
    base.explained(24, 9 * minute);
    expect(base.value).toBe(22);
    for (let t = 9 * minute; t < 12 * minute; t += 1000) base.explained(24, t);
    expect(base.value).toBe(24);
  });
});
